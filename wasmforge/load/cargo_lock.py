"""Reads the Cargo.lock of components, for those who compare it with tools; knows no versions."""

from collections.abc import Iterable
from pathlib import Path

from wasmforge.errors import ForgeError, Problem


def cargo_locks(root: Path, folders: Iterable[str]) -> dict[str, str | None]:
    """The text of Cargo.lock by folder, None where there is none. Raises ForgeError when it cannot be read."""
    return {folder: _text(root, f"{folder}/Cargo.lock") for folder in folders}


def _text(root: Path, path: str) -> str | None:
    try:
        return (root / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise ForgeError(Problem(where=path, what="is not UTF-8 text")) from None
    except OSError as e:
        raise ForgeError(Problem(where=path, what=f"cannot be read: {e.strerror}")) from None
