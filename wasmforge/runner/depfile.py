"""Parses depfiles (`-MD`): which declared inputs a command read, and which undeclared files.

If a depfile cannot be parsed, every declared input counts as read: too many cost an execution, too few give wrong
results. A file that is neither in the action's directory nor part of its toolchain is in no key. Using it is an error.
"""

import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

from wasmforge.safe_paths import MAX_STATE_BYTES, read_bounded

_CONTINUED = re.compile(r"(?<!\\)((?:\\\\)*)\\\r?\n")

_TARGETS = re.compile(r".*?:(?=[ \t]|$)")

_SPECIAL = re.compile(r"[\\#$]")

_BLANKS = re.compile(r"[ \t]+")

_TOKEN = re.compile(
    r"(?P<slashes>\\+)(?P<blank>[ \t]|$)|(?P<hash>\\#)|(?P<dollar>\$\$)|(?P<gap>[ \t]+)|(?P<plain>.)", re.DOTALL
)


def prerequisites(text: str) -> tuple[str, ...]:
    """The prerequisites of every rule (right of the colon), unescaped, in order."""
    lines = _CONTINUED.sub(r"\1 ", text).split("\n")
    rules = ((line, _TARGETS.match(line)) for line in (line.rstrip("\r") for line in lines))
    return tuple(word for line, rule in rules if rule for word in _tokens(line[rule.end() :]))


def _text(depfile: Path) -> str:
    """The text of a depfile. A build script may have written it, or a pipe in its place. Raises OSError."""
    return read_bounded(depfile, MAX_STATE_BYTES).decode("utf-8", "surrogateescape")


def used_inputs(depfile: Path, directory: Path, declared: Collection[str]) -> tuple[str, ...]:
    """The declared inputs that the depfile names, sorted; all of them if there is no usable depfile."""
    everything = tuple(sorted(declared))
    try:
        named = prerequisites(_text(depfile))
    except OSError:
        return everything
    used: set[str] = set()
    for name in named:
        if matches := _declared(name, declared):
            used.update(matches)
        elif not name.startswith("/") and not _exists(directory / name):
            return everything  # we misread it, or the command worked in another folder
    return tuple(sorted(used)) if named else everything


def named_in(depfile: Path) -> tuple[str, ...]:
    """All files that a depfile names; empty if there is no depfile."""
    try:
        return prerequisites(_text(depfile))
    except OSError:
        return ()


def undeclared(names: Iterable[str], directory: Path, allowed: Iterable[str]) -> tuple[str, ...]:
    """The named files that are neither in the directory nor at or below an allowed path, each once, in order.

    `allowed` are absolute paths. Links are resolved, unless the link itself is allowed. A relative name that does not
    exist is left out: a tool that worked in another folder wrote it.
    """
    base = os.path.realpath(directory)
    own = {path.rstrip("/") for path in allowed}
    own |= {base, *map(os.path.realpath, own)}
    below = tuple(f"{path}/" for path in own)
    toolchain = tuple(path for path in below if path != f"{base}/")
    outside: dict[str, None] = {}
    for name in dict.fromkeys(names):
        path = os.path.normpath(name if name.startswith("/") else f"{base}/{name}")
        if path.startswith(toolchain):  # nearly all of them; links within a toolchain are not resolved
            continue
        try:
            real = os.path.realpath(path)
            if (name.startswith("/") or os.path.lexists(real)) and not (real in own or real.startswith(below)):
                outside[path] = None
        except (OSError, ValueError):  # the name is too long or has a NUL, so no file has it
            continue
    return tuple(outside)


def _tokens(text: str) -> tuple[str, ...]:
    """Words as GNU Make reads them: 2n+1 backslashes before a blank mean n backslashes and a blank in the name."""
    if not _SPECIAL.search(text):  # fast path: a C++ unit names a thousand files, few with such characters
        return tuple(word for word in _BLANKS.split(text) if word)
    words = [""]
    for token in _TOKEN.finditer(text):
        if slashes := token["slashes"]:
            words[-1] += "\\" * (len(slashes) // 2)
            if len(slashes) % 2:
                words[-1] += token["blank"] or "\\"
            elif token["blank"]:
                words.append("")
        elif token["gap"]:
            words.append("")
        else:
            words[-1] += "#" if token["hash"] else "$" if token["dollar"] else token["plain"]
    return tuple(w for w in words if w)


def _declared(name: str, declared: Collection[str]) -> set[str]:
    """The declared inputs that a name may mean. An absolute name may begin with another path of the same folder."""
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
