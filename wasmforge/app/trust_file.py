"""Reads and writes the user's file of trusted catalog contents."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

import msgspec

from wasmforge.errors import machine_error
from wasmforge.model.base import Struct
from wasmforge.model.trust import TrustedCatalog
from wasmforge.store.cache_dirs import cannot_write
from wasmforge.store.file_io import write_atomic
from wasmforge.store.file_lock import project_lock

FORMAT = 1

WRITABLE = stat.S_IWGRP | stat.S_IWOTH


class TrustFile(Struct, frozen=True, kw_only=True):
    """The whole of the file."""

    format: int
    trusted: tuple[TrustedCatalog, ...]


class TrustFileContent(Struct, frozen=True, kw_only=True):
    """What the file says, and the SHA-256 of its bytes; empty where there is none."""

    trusted: tuple[TrustedCatalog, ...] = ()
    digest: str = ""


def trust_file() -> Path:
    """Where it is; nothing need be there."""
    import platformdirs

    return Path(platformdirs.user_config_dir("wasmforge", appauthor=False)).absolute() / "trusted.json"


def read_trusted(path: Path) -> TrustFileContent:
    """What is remembered. Raises ForgeError (exit 3) for a file that is broken, or that others could have written."""
    try:
        _check_owner(path)
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return TrustFileContent()
    except OSError as e:
        raise machine_error(f"cannot be read: {(e.strerror or str(e)).lower()}", where=str(path)) from None
    import hashlib

    try:
        found = msgspec.json.decode(data, type=TrustFile)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise machine_error(f"is damaged: {e}", where=str(path), hint=_move_away(path)) from None
    if found.format != FORMAT:
        raise machine_error(f"format {found.format!r} is not known", where=str(path), hint=_move_away(path))
    return TrustFileContent(trusted=found.trusted, digest=hashlib.sha256(data).hexdigest())


def change_trusted(path: Path, add: Iterable[TrustedCatalog] = (), remove: Iterable[str] = ()) -> None:
    """Remember these, and forget the fingerprints in `remove`. Raises ForgeError (exit 3)."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as e:
        raise cannot_write(path.parent, e) from None
    with project_lock(path.parent, lambda: None):
        before = read_trusted(path).trusted
        known = {one.fingerprint: one for one in before}
        for one in (one for one in add if one not in before):
            known.pop(one.fingerprint, None)
            known[one.fingerprint] = one  # the newest is the last
        for fingerprint in remove:
            known.pop(fingerprint, None)
        if tuple(known.values()) == before:
            return
        file = TrustFile(format=FORMAT, trusted=tuple(known.values()))
        write_atomic(path, msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n", mode=0o600)


def _check_owner(path: Path) -> None:
    """Refuse what somebody else owns or may write: it would say what is trusted in our name. Raises ForgeError."""
    me = {0, os.geteuid()}
    for place, mode in ((path, 0o600), (path.parent, 0o700)):
        status = place.stat()
        if status.st_uid not in me:
            raise machine_error(
                "belongs to another user, and is not believed", where=str(place), hint=_move_away(place)
            )
        if status.st_mode & WRITABLE:
            hint = f"look at it, then `chmod {mode:o} {place}`"
            raise machine_error("can be written by others, and is not believed", where=str(place), hint=hint)


def _move_away(path: Path) -> str:
    return f"move it away: mv {path} {path}.old"
