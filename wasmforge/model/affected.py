"""What a change touches, and why; knows no version control and no files."""

from wasmforge.model.base import Noun


class Since(Noun, frozen=True, kw_only=True):
    """The change that is asked about: from where `head` left `base`, up to `head`; None: up to the working tree."""

    base: str
    head: str | None = None


class Shard(Noun, frozen=True, kw_only=True):
    """One of several jobs that share the work; `job` counts from 0."""

    job: int
    of: int


class Diff(Noun, frozen=True, kw_only=True):
    """What differs. `base` is the commit that the change began at, `paths` are from the project's root, with `/`.

    `olds` holds what those of our own files that differ (forge.toml, forge.lock) said at `base`; None: was not there.
    """

    base: str
    paths: tuple[str, ...]
    olds: dict[str, bytes | None] = {}


class Touched(Noun, frozen=True, kw_only=True):
    """A component that a change touches on these targets, and why, the nearest reason first."""

    component: str
    targets: tuple[str, ...]
    because: tuple[str, ...]


class Job(Noun, frozen=True, kw_only=True):
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
