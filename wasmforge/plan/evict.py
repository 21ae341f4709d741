"""Which of the things that the store holds may go: what was not of use for longest goes first. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from wasmforge.model.cache import Kept


def evict(
    kept: Iterable[Kept], blobs: Mapping[str, int], *, most: int | None, before: float | None
) -> tuple[tuple[Kept, ...], tuple[str, ...]]:
    """What is to be removed so that at most `most` bytes are left, and nothing last used earlier than `before`.

    `blobs` are the sizes of all blobs by digest. Those that nothing stands for go in any case; one that several
    things stand for goes with the last of them.
    """
    ordered = sorted(kept, key=lambda k: (k.used, k.kind, k.key))
    holders = Counter(digest for k in ordered for digest in set(k.blobs))
    gone = [digest for digest in sorted(blobs) if not holders[digest]]
    total = sum(k.size for k in ordered) + sum(size for digest, size in blobs.items() if holders[digest])
    removed: list[Kept] = []
    for one in ordered:
        if not ((most is not None and total > most) or (before is not None and one.used < before)):
            break
        removed.append(one)
        total -= one.size
        for digest in sorted(set(one.blobs)):
            holders[digest] -= 1
            if not holders[digest]:
                gone.append(digest)
                total -= blobs.get(digest, 0)
    return tuple(removed), tuple(d for d in gone if d in blobs)
