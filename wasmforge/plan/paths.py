"""Normalizes paths in an action's directory and refuses those that leave it."""

from pathlib import PurePosixPath

from wasmforge.model.root_paths import FROM_ROOT, in_action
from wasmforge.plan.recipes.template import TemplateError


def inner_path(written: str, word: str = "output") -> str:
    """The path in its one spelling (`./a//b` is `a/b`); a folder keeps its `/` at the end.

    Raises TemplateError when it is nothing inside the directory.
    """
    pure = PurePosixPath(written)
    if pure.is_absolute() or ".." in pure.parts:
        raise TemplateError(f"{word} {written!r} leads outside the action's directory")
    if str(pure) == ".":
        raise TemplateError(f"{word} {written!r} names no file")
    return f"{pure}/" if written.endswith("/") else str(pure)


def folder_in_action(written: str) -> str:
    """Where a folder of a component, or of its project (`//lib`), lies in an action's directory."""
    if written.startswith(FROM_ROOT):
        return in_action(str(PurePosixPath(written.removeprefix(FROM_ROOT))))
    return str(PurePosixPath(written))
