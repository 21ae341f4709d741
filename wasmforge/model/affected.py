"""Changes, the components that they affect, and the jobs of a CI matrix."""

from wasmforge.model.base import Struct


class Since(Struct, frozen=True, kw_only=True):
    """A range of commits: from the merge base of `base` and `head` to `head`; to the working tree if `head` is None."""

    base: str
    head: str | None = None


class Shard(Struct, frozen=True, kw_only=True):
    """One of `of` jobs that share the work; `job` counts from 0."""

    job: int
    of: int


class Diff(Struct, frozen=True, kw_only=True):
    """The changed files. `base` is the commit that the change starts from; `paths` are relative to the project's root.

    `previous_contents` has the bytes at `base` of each changed forge.toml and forge.lock; None: it did not exist.
    """

    base: str
    paths: tuple[str, ...]
    previous_contents: dict[str, bytes | None] = {}


class AffectedComponent(Struct, frozen=True, kw_only=True):
    """A component that a change affects, the targets for which it does, and why, the nearest reason first."""

    component: str
    targets: tuple[str, ...]
    because: tuple[str, ...]


class MatrixJob(Struct, frozen=True, kw_only=True):
    """One entry of a CI's matrix: the labels that one job builds, and how many seconds that took before.

    `labels` are separated by spaces, as `wasmforge build` takes them. `seconds` is None where nothing is recorded.
    """

    component: str = ""
    target: str = ""
    labels: str
    toolchains: tuple[str, ...]
    job: int | None = None
    job_total: int | None = None
    seconds: float | None = None
