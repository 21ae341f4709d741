"""Looks through the whole store: how much there is, whether it is whole, and what may go. The caller holds it."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from wasmforge.execute.places import Places, cannot_write
from wasmforge.execute.store import checksum
from wasmforge.model.cache import Damage, Kept, Pruned, Share, Stats, Verified
from wasmforge.plan.evict import evict

BLOBS = "blobs"
UNFINISHED = "new"
BESIDE = ("scratch", "rooms", "packages", "work", "logs")
"""Folders of the cache that are no part of the store."""


def stats(places: Places) -> Stats:
    """How much there is of each kind."""
    kinds = [_share(kind, _sizes(places.store / kind)) for kind in (BLOBS, *_kinds(places.store))]
    beside = [_share(name, _sizes(places.cache / name)) for name in BESIDE]
    return Stats(folder=str(places.cache), store=tuple(kinds), beside=tuple(s for s in beside if s.count))


def verify(store: Path, workers: int) -> Verified:
    """Read every blob and every note; what is not what its name says is removed."""
    blobs = [*_files(store / BLOBS)]
    damaged: list[Damage] = []
    size = 0
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for path, (why, amount) in zip(blobs, pool.map(_blob_damage, blobs), strict=True):
            size += amount
            if why:
                damaged.append(_remove(BLOBS, path, why))
    whole = {p.name for p in _files(store / BLOBS)}
    notes = [(kind, path) for kind in _kinds(store) for path in _files(store / kind)]
    for kind, path in notes:
        body, amount = _body(kind, path)
        size += amount
        lost = [d for d in _digests(kind, body) if d not in whole] if body is not None else []
        if body is None or lost:
            damaged.append(_remove(kind, path, f"needs blob {lost[0][:12]}, which is not there" if lost else "damaged"))
    return Verified(count=len(blobs) + len(notes), size=size, damaged=tuple(damaged))


def prune(store: Path, *, most: int | None, before: float | None, dry_run: bool) -> Pruned:
    """Remove what was not of use for longest until at most `most` bytes are left, and what was not since `before`."""
    blobs = {p.name: (p, _size(p)) for p in _files(store / BLOBS)}
    kept = {(k.kind, k.key): (k, path) for k, path in _all_kept(store)}
    gone, unheld = evict((k for k, _ in kept.values()), {d: s for d, (_, s) in blobs.items()}, most=most, before=before)
    doomed = [kept[k.kind, k.key][1] for k in gone] + [blobs[d][0] for d in unheld]
    if not dry_run:
        for path in doomed:  # notes first: one without its blobs would only be found wanting
            _unlink(path)
    amounts = sorted([(k.kind, k.size) for k in gone] + [(BLOBS, blobs[d][1]) for d in unheld])
    removed = [_share(kind, [size for _, size in group]) for kind, group in groupby(amounts, key=lambda a: a[0])]
    total = sum(k.size for k, _ in kept.values()) + sum(size for _, size in blobs.values())
    return Pruned(removed=tuple(removed), left=total - sum(s.size for s in removed), dry_run=dry_run)


def _kinds(store: Path) -> tuple[str, ...]:
    """The kinds of notes: one folder each."""
    try:
        return tuple(sorted(p.name for p in store.iterdir() if p.is_dir() and p.name not in (BLOBS, UNFINISHED)))
    except FileNotFoundError:
        return ()


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder that may not be there; links are not followed, but for the folder itself."""
    for base, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(base) / name for name in sorted(names))


def _sizes(folder: Path) -> list[int]:
    return [_size(p) for p in _files(folder)]


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # gone meanwhile
        return 0


def _share(kind: str, sizes: list[int]) -> Share:
    return Share(kind=kind, count=len(sizes), size=sum(sizes))


def _all_kept(store: Path) -> Iterator[tuple[Kept, Path]]:
    for kind in _kinds(store):
        for path in _files(store / kind):
            body, size = _body(kind, path)
            used = path.lstat().st_mtime
            yield Kept(kind=kind, key=path.name, used=used, size=size, blobs=_digests(kind, body or b"")), path


def _blob_damage(path: Path) -> tuple[str, int]:
    """Why a blob is not what its name says, or nothing; and its size."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as e:
        return f"cannot be read: {(e.strerror or str(e)).lower()}", 0
    return ("" if digest == path.name else f"its {size} bytes have another digest"), size


def _body(kind: str, path: Path) -> tuple[bytes | None, int]:
    """What a note says, or None when it is damaged; and its size."""
    try:
        data = path.read_bytes()
    except OSError:
        return None, 0
    said, _, body = data.partition(b"\n")
    return (body if said.decode("ascii", "replace") == checksum(kind, path.name, body) else None), len(data)


def _digests(kind: str, body: bytes | None) -> tuple[str, ...]:
    """The blobs that an entry stands for; other notes have none."""
    if kind != "entry" or not body:
        return ()
    try:
        return tuple(blob["digest"] for blob in json.loads(body)["outputs"].values())
    except (ValueError, KeyError, TypeError, AttributeError):  # another version of wasmforge wrote it
        return ()


def _remove(kind: str, path: Path, why: str) -> Damage:
    try:
        path.unlink()
    except OSError as e:
        return Damage(kind=kind, name=path.name, what=why, left=(e.strerror or str(e)).lower())
    return Damage(kind=kind, name=path.name, what=why)


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as e:
        raise cannot_write(path, e) from None
    with contextlib.suppress(OSError):  # others are still in that folder
        path.parent.rmdir()
