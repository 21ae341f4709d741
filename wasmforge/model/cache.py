"""What the store holds, what was wrong with it, and what was taken out of it; knows no files."""

from wasmforge.model.base import Noun


class Kept(Noun, frozen=True, kw_only=True):
    """One thing that the store remembers: what an action gave (`entry`), a verdict, the answer of a probe.

    `used` is when it was last of use, in seconds since the epoch; `size` is that of the note alone, in bytes; `blobs`
    are the digests of what it stands for.
    """

    kind: str
    key: str
    used: float
    size: int
    blobs: tuple[str, ...] = ()


class Share(Noun, frozen=True, kw_only=True):
    """How much there is of one kind, in numbers and bytes."""

    kind: str
    count: int
    size: int


class Stats(Noun, frozen=True, kw_only=True):
    """What the cache holds: the kinds of the `store`, and what `beside` it tools keep for themselves."""

    folder: str
    store: tuple[Share, ...]
    beside: tuple[Share, ...]


class Damage(Noun, frozen=True, kw_only=True):
    """Something in the store that is not what its name says; it has been removed unless `left` says why not."""

    kind: str
    name: str
    what: str
    left: str = ""


class Verified(Noun, frozen=True, kw_only=True):
    """How much was read (`size` in bytes), and what of it was damaged."""

    count: int
    size: int
    damaged: tuple[Damage, ...]


class Pruned(Noun, frozen=True, kw_only=True):
    """What was, or in a dry run would be, removed: by kind; `left` is what stays, in bytes."""

    removed: tuple[Share, ...]
    left: int
    dry_run: bool
