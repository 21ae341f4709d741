"""Paths in an action's directory: kept inside it, one spelling for one file."""

from pathlib import PurePosixPath

from wasmforge.plan.words import BadWordError


def inner_path(written: str, word: str = "output") -> str:
    """The path in its one spelling (`./a//b` is `a/b`); a folder keeps its `/` at the end.

    Raises BadWordError when it is nothing inside the directory.
    """
    pure = PurePosixPath(written)
    if pure.is_absolute() or ".." in pure.parts:
        raise BadWordError(f"{word} {written!r} leads outside the action's directory")
    if str(pure) == ".":
        raise BadWordError(f"{word} {written!r} names no file")
    return f"{pure}/" if written.endswith("/") else str(pure)
