"""Counts, verifies and prunes the store; the caller holds its lock."""

import contextlib
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from wasmforge.model.cache import Damage, Pruned, Stats, StoredRecord, UpstreamStats, Usage, Verified
from wasmforge.store.cache_dirs import STORE, CacheDirs, cannot_write
from wasmforge.store.evict import evict
from wasmforge.store.store import WITH_BLOBS, checksum

BLOBS = "blobs"
UNFINISHED = "new"
NON_STORE_FOLDERS = ("scratch", "scratch-dirs", "action-locks", "packages", "work", "downloads", "logs")
"""Folders of the cache that are not part of the store."""


def stats(cache_dirs: CacheDirs) -> Stats:
    """Number and bytes of each kind of content."""
    beside = [_usage(name, _sizes(cache_dirs.cache / name)) for name in NON_STORE_FOLDERS]
    upstreams = (
        UpstreamStats(folder=str(folder), store=_store_shares(folder / STORE)) for folder in cache_dirs.upstreams
    )
    return Stats(
        folder=str(cache_dirs.cache),
        store=_store_shares(cache_dirs.store),
        beside=tuple(s for s in beside if s.count),
        upstreams=tuple(upstreams),
    )


def verify_all(cache_dirs: CacheDirs, workers: int) -> Verified:
    """Check every blob and value of the store and of the upstreams; remove what is damaged in the store."""
    stores = [folder / STORE for folder in cache_dirs.upstreams]
    others = [verify(store, workers, read_only=True) for store in stores]
    damaged = {d.name for v in others for d in v.damaged}
    elsewhere = {p.name for store in stores for p in _files(store / BLOBS)} - damaged
    own = verify(cache_dirs.store, workers, elsewhere=elsewhere)
    return Verified(
        count=sum(v.count for v in (own, *others)),
        size=sum(v.size for v in (own, *others)),
        damaged=tuple(d for v in (own, *others) for d in v.damaged),
    )


def _store_shares(store: Path) -> tuple[Usage, ...]:
    return tuple(_usage(kind, _sizes(store / kind)) for kind in (BLOBS, *_kinds(store)))


def verify(store: Path, workers: int, *, read_only: bool = False, elsewhere: Collection[str] = ()) -> Verified:
    """Check every blob and value against its name, and remove what does not match, unless `read_only`.

    `elsewhere` are digests of blobs that other stores have; they need not be in this one.
    """
    blobs = [*_files(store / BLOBS)]
    damaged: list[Damage] = []
    size = 0
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for path, (why, amount) in zip(blobs, pool.map(_blob_damage, blobs), strict=True):
            size += amount
            if why:
                damaged.append(_remove(BLOBS, path, why, read_only=read_only))
    whole = ({p.name for p in _files(store / BLOBS)} - {d.name for d in damaged}).union(elsewhere)
    values = [(kind, path) for kind in _kinds(store) for path in _files(store / kind)]
    for kind, path in values:
        body, amount = _body(kind, path)
        size += amount
        lost = [d for d in _digests(kind, body) if d not in whole] if body is not None else []
        if body is None or lost:
            why = f"needs blob {lost[0][:12]}, which is not there" if lost else "damaged"
            damaged.append(_remove(kind, path, why, read_only=read_only))
    return Verified(count=len(blobs) + len(values), size=size, damaged=tuple(damaged))


def prune(store: Path, *, most: int | None, before: float | None, dry_run: bool) -> Pruned:
    """Remove least recently used values until at most `most` bytes are left, and those not used since `before`.

    `before` is in seconds since the epoch.
    """
    blobs = {p.name: (p, _size(p)) for p in _files(store / BLOBS)}
    stored = {(k.kind, k.key): (k, path) for k, path in _all_records(store)}
    gone, unheld = evict(
        (k for k, _ in stored.values()), {d: s for d, (_, s) in blobs.items()}, most=most, before=before
    )
    doomed = [stored[k.kind, k.key][1] for k in gone] + [blobs[d][0] for d in unheld]
    if not dry_run:
        for path in doomed:  # values first: one without its blobs is useless
            _unlink(path)
    amounts = sorted([(k.kind, k.size) for k in gone] + [(BLOBS, blobs[d][1]) for d in unheld])
    removed = [_usage(kind, [size for _, size in group]) for kind, group in groupby(amounts, key=lambda a: a[0])]
    total = sum(k.size for k, _ in stored.values()) + sum(size for _, size in blobs.values())
    return Pruned(removed=tuple(removed), left=total - sum(s.size for s in removed), dry_run=dry_run)


def _kinds(store: Path) -> tuple[str, ...]:
    """The kinds of values: one folder each."""
    try:
        return tuple(sorted(p.name for p in store.iterdir() if p.is_dir() and p.name not in (BLOBS, UNFINISHED)))
    except FileNotFoundError:
        return ()


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, which need not exist. Links are not followed, except for the folder itself."""
    for base, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(base) / name for name in sorted(names))


def _sizes(folder: Path) -> list[int]:
    return [_size(p) for p in _files(folder)]


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # deleted meanwhile
        return 0


def _usage(kind: str, sizes: list[int]) -> Usage:
    return Usage(kind=kind, count=len(sizes), size=sum(sizes))


def _all_records(store: Path) -> Iterator[tuple[StoredRecord, Path]]:
    for kind in _kinds(store):
        for path in _files(store / kind):
            body, size = _body(kind, path)
            used = path.lstat().st_mtime
            yield StoredRecord(kind=kind, key=path.name, used=used, size=size, blobs=_digests(kind, body or b"")), path


def _blob_damage(path: Path) -> tuple[str, int]:
    """Why a blob does not match its name (empty: it does), and its size in bytes."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as e:
        return f"cannot be read: {(e.strerror or str(e)).lower()}", 0
    return ("" if digest == path.name else f"its {size} bytes have another digest"), size


def _body(kind: str, path: Path) -> tuple[bytes | None, int]:
    """The body of a value (None: damaged), and the size of its file in bytes."""
    try:
        data = path.read_bytes()
    except OSError:
        return None, 0
    recorded, _, body = data.partition(b"\n")
    return (body if recorded.decode("ascii", "replace") == checksum(kind, path.name, body) else None), len(data)


def _digests(kind: str, body: bytes | None) -> tuple[str, ...]:
    """The digests of the blobs of an action result or a fetched source; other values have none."""
    if kind not in WITH_BLOBS or not body:
        return ()
    try:
        return tuple(blob["digest"] for blob in json.loads(body)["outputs"].values())
    except (ValueError, KeyError, TypeError, AttributeError):  # written by another version of wasmforge
        return ()


def _remove(kind: str, path: Path, why: str, *, read_only: bool) -> Damage:
    if read_only:
        return Damage(kind=kind, name=path.name, what=why, left="read-only")
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
    with contextlib.suppress(OSError):  # the folder has other files
        path.parent.rmdir()
