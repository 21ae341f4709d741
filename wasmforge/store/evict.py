"""Chooses what to remove from the store, least recently used first. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from wasmforge.model.cache import StoredRecord


def evict(
    records: Iterable[StoredRecord], blobs: Mapping[str, int], *, most: int | None, before: float | None
) -> tuple[tuple[StoredRecord, ...], tuple[str, ...]]:
    """The records and blobs to remove, so that at most `most` bytes are left and nothing last used before `before`.

    `blobs` are the sizes of all blobs by digest. A blob that no record refers to is always removed, one that several
    records refer to is removed with the last of them.
    """
    ordered = sorted(records, key=lambda k: (k.used, k.kind, k.key))
    references = Counter(digest for k in ordered for digest in set(k.blobs))
    gone = [digest for digest in sorted(blobs) if not references[digest]]
    total = sum(k.size for k in ordered) + sum(size for digest, size in blobs.items() if references[digest])
    removed: list[StoredRecord] = []
    for record in ordered:
        if not ((most is not None and total > most) or (before is not None and record.used < before)):
            break
        removed.append(record)
        total -= record.size
        for digest in sorted(set(record.blobs)):
            references[digest] -= 1
            if not references[digest]:
                gone.append(digest)
                total -= blobs.get(digest, 0)
    return tuple(removed), tuple(d for d in gone if d in blobs)
