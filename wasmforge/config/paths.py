"""Checks that paths of a project stay inside it."""

from pathlib import Path, PurePosixPath

from wasmforge.config import inputs
from wasmforge.errors import Problem


def escape_problem(root: Path, base: Path, relative: str, where: str) -> Problem | None:
    """Why `relative` (from `base`) may not be used, or None; `root` is the folder that no path may leave."""
    hint = f"write a path inside {root.name}/, relative to {base.name}/, with forward slashes"
    if not relative or "\0" in relative:
        return Problem(where=where, what="the path is empty" if not relative else "the path holds a NUL", hint=hint)
    if PurePosixPath(relative).is_absolute() or relative.startswith("~"):
        return Problem(where=where, what=f"{relative!r} is an absolute path", hint=hint)
    if "\\" in relative:
        return Problem(where=where, what=f"{relative!r} contains a backslash", hint=hint)
    try:
        resolved = inputs.resolve(base / relative)
        inputs.is_dir(resolved)
    except (OSError, RuntimeError) as e:  # a name that is too long; a cycle of symbolic links
        return Problem(
            where=where, what=f"{relative!r} cannot be followed: {getattr(e, 'strerror', '') or e}", hint=hint
        )
    if not resolved.is_relative_to(root.resolve()):
        lexical = Path(*_normal((base / relative).parts))
        through = " through a symbolic link" if lexical.is_relative_to(root) else ""
        return Problem(where=where, what=f"{relative!r} leads outside the project{through}", hint=hint)
    return None


def _normal(parts: tuple[str, ...]) -> list[str]:
    """Path parts with `..` applied by name alone."""
    done: list[str] = []
    for part in parts:
        if part == ".." and len(done) > 1:
            done.pop()
        elif part != ".":
            done.append(part)
    return done
