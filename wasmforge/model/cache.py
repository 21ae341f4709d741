"""The content of the store: statistics, damage, and what was removed."""

from wasmforge.model.base import Struct


class StoredRecord(Struct, frozen=True, kw_only=True):
    """One value of the store: the result of an action (kind `entry`), a check result, the answer of a probe.

    `used` is the time of the last use in seconds since the epoch, `size` the size of the value alone in bytes. `blobs`
    are the digests of the blobs that it refers to.
    """

    kind: str
    key: str
    used: float
    size: int
    blobs: tuple[str, ...] = ()


class Usage(Struct, frozen=True, kw_only=True):
    """Number and size in bytes of the content of one kind."""

    kind: str
    count: int
    size: int


class UpstreamStats(Struct, frozen=True, kw_only=True):
    """The content of the store in a cache folder that is only read."""

    folder: str
    store: tuple[Usage, ...]


class Stats(Struct, frozen=True, kw_only=True):
    """The content of the cache: the kinds of the `store`, and the other folders `beside` it.

    `upstreams` are the caches that are read for what is missing in this one.
    """

    folder: str
    store: tuple[Usage, ...]
    beside: tuple[Usage, ...]
    upstreams: tuple[UpstreamStats, ...] = ()


class Damage(Struct, frozen=True, kw_only=True):
    """A blob or value that does not match its name. It was removed, unless `left` says why not."""

    kind: str
    name: str
    what: str
    left: str = ""


class Verified(Struct, frozen=True, kw_only=True):
    """How much was checked (`size` in bytes), and what of it was damaged."""

    count: int
    size: int
    damaged: tuple[Damage, ...]


class Pruned(Struct, frozen=True, kw_only=True):
    """What was removed (in a dry run: would be), by kind; `left` is the rest in bytes."""

    removed: tuple[Usage, ...]
    left: int
    dry_run: bool
