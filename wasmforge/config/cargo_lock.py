"""Reads the Cargo.lock files of components; returns their texts."""

from collections.abc import Iterable
from pathlib import Path

from wasmforge.config import inputs
from wasmforge.errors import ForgeError, Problem


def cargo_locks(root: Path, folders: Iterable[str]) -> dict[str, str | None]:
    """The text of Cargo.lock by folder, None if there is none. Raises ForgeError if it cannot be read."""
    return {folder: _text(root, f"{folder}/Cargo.lock") for folder in folders}


def _text(root: Path, path: str) -> str | None:
    try:
        return inputs.read(root / path).decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise ForgeError(Problem(where=path, what="not UTF-8")) from None
    except OSError as e:
        raise ForgeError(Problem(where=path, what=f"cannot be read: {e.strerror}")) from None
