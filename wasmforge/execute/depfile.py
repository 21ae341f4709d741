"""Reads a Make rule as compilers write it (`-MD`): which of the declared inputs a command really read.

Where a depfile cannot be understood, everything declared counts as read: too much costs a run, too little is wrong.
"""

import re
from collections.abc import Collection
from pathlib import Path, PurePosixPath

_CONTINUED = re.compile(r"(?<!\\)((?:\\\\)*)\\\r?\n")

_TARGETS = re.compile(r".*?:(?=[ \t]|$)")

_PIECE = re.compile(
    r"(?P<slashes>\\+)(?P<blank>[ \t]|$)|(?P<hash>\\#)|(?P<dollar>\$\$)|(?P<gap>[ \t]+)|(?P<plain>.)", re.DOTALL
)


def prerequisites(text: str) -> tuple[str, ...]:
    """The files right of the colon in every rule, unescaped, in order."""
    lines = _CONTINUED.sub(r"\1 ", text).split("\n")
    rules = ((line, _TARGETS.match(line)) for line in (line.rstrip("\r") for line in lines))
    return tuple(word for line, rule in rules if rule for word in _words(line[rule.end() :]))


def used_inputs(depfile: Path, directory: Path, declared: Collection[str]) -> tuple[str, ...]:
    """The declared inputs that the depfile names, sorted; all of them when there is no depfile to go by."""
    everything = tuple(sorted(declared))
    try:
        named = prerequisites(depfile.read_text("utf-8", "surrogateescape"))
    except OSError:
        return everything
    used: set[str] = set()
    for name in named:
        if found := _declared(name, declared):
            used.update(found)
        elif not name.startswith("/") and not _exists(directory / name):
            return everything  # it was read wrongly, or the command went to another folder
    return tuple(sorted(used)) if named else everything


def _words(text: str) -> tuple[str, ...]:
    """Words as GNU Make reads them: 2n+1 backslashes before a blank are n of them, and the blank is the name's."""
    words = [""]
    for piece in _PIECE.finditer(text):
        if slashes := piece["slashes"]:
            words[-1] += "\\" * (len(slashes) // 2)
            if len(slashes) % 2:
                words[-1] += piece["blank"] or "\\"
            elif piece["blank"]:
                words.append("")
        elif piece["gap"]:
            words.append("")
        else:
            words[-1] += "#" if piece["hash"] else "$" if piece["dollar"] else piece["plain"]
    return tuple(w for w in words if w)


def _declared(name: str, declared: Collection[str]) -> set[str]:
    """What a name in a depfile may stand for: absolute ones may begin with a folder that had another name there."""
    if name.startswith("/"):
        return {path for path in declared if name.endswith(f"/{path}")}
    parts: list[str] = []
    for part in PurePosixPath(name).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return {"/".join(parts)} & set(declared)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return False
