"""Reads a Make rule as compilers write it (`-MD`): which of the declared inputs a command really read."""

import re
from collections.abc import Collection
from pathlib import Path, PurePosixPath

_WORD = re.compile(r"(?:\\\s|\$\$|[^\s])+")


def prerequisites(text: str) -> tuple[str, ...]:
    """The files right of the colon, unescaped, in order."""
    joined = text.replace("\\\r\n", " ").replace("\\\n", " ")
    _, colon, right = joined.partition(": ")
    if not colon:
        return ()
    words = _WORD.findall(right.splitlines()[0] if right else "")
    return tuple(w.replace("\\ ", " ").replace("\\#", "#").replace("$$", "$") for w in words)


def used_inputs(depfile: Path, directory: Path, declared: Collection[str]) -> tuple[str, ...]:
    """The declared inputs that the depfile names, sorted; all of them when there is no depfile to go by."""
    try:
        named = prerequisites(depfile.read_text("utf-8", "surrogateescape"))
    except OSError:
        return tuple(sorted(declared))
    return tuple(sorted({p for n in named if (p := _relative(n, directory)) in declared}))


def _relative(name: str, directory: Path) -> str:
    path = PurePosixPath(name)
    if path.is_absolute():
        for base in (directory, directory.resolve()):
            if path.is_relative_to(base):
                return str(path.relative_to(base))
        return name
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
