"""Patterns of sources as they are written: `src/*.c`; `!luac.c` takes away; `//lib/**/*.c` begins at the root. Pure."""

import posixpath
import re
from collections.abc import Iterable
from functools import lru_cache

from wasmforge.config.globs import Matcher, matcher
from wasmforge.model.base import Struct
from wasmforge.model.root_paths import FROM_ROOT

_SPECIAL = re.compile(r"[*?\[]")


class SourcePattern(Struct, frozen=True, kw_only=True):
    """One pattern: `glob` without its signs, from the component's folder or, if `from_root`, from the project's root.

    `excludes`: it takes files away from its list.
    """

    glob: str
    excludes: bool = False
    from_root: bool = False

    @property
    def folder(self) -> str:
        """The folder below which all lies that it may match, `.` if that is where it begins."""
        parts = self.glob.split("/")[:-1]
        plain = next((i for i, part in enumerate(parts) if _SPECIAL.search(part)), len(parts))
        return "/".join(parts[:plain]) or "."

    @property
    def depth(self) -> int | None:
        """How many levels of folders below `folder` it looks into; None: all of them."""
        parts = self.glob.split("/")[:-1]
        below = parts if self.folder == "." else parts[self.folder.count("/") + 1 :]
        return None if any("**" in part for part in below) or "**" in self.glob.rsplit("/", 1)[-1] else len(below)

    def matcher(self) -> Matcher:
        """A matcher for paths from where it begins."""
        return matcher(self.glob)


@lru_cache(maxsize=1024)
def parse(written: str) -> SourcePattern:
    """A pattern as it is written in forge.toml or in a recipe."""
    rest = written.removeprefix("!")
    return SourcePattern(
        glob=rest.removeprefix(FROM_ROOT), excludes=rest != written, from_root=rest.startswith(FROM_ROOT)
    )


def in_force(own: tuple[str, ...] | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns of a group: a component's own replace the recipe's, unless all of them only take away."""
    if own is None:
        return usual
    return (*usual, *own) if all(parse(p).excludes for p in own) else own


def matches_any(patterns: Iterable[str], path: str, folder: str) -> bool:
    """Whether a path from the root is among what patterns match of a component in this folder."""
    inner = posixpath.relpath(path, folder)
    hit = False
    for pattern in map(parse, patterns):
        named = path if pattern.from_root else inner
        if not named.startswith("../") and pattern.matcher().fullmatch(named):
            if pattern.excludes:
                return False
            hit = True
    return hit


def rooted(pattern: str, folder: str) -> str:
    """A pattern that leads out of a component's folder as it is written from the root; empty if it leaves that too."""
    sign = "!" if pattern.startswith("!") else ""
    path = posixpath.normpath(posixpath.join(folder, pattern.removeprefix("!")))
    return "" if path.startswith("..") or posixpath.isabs(path) else f"{sign}{FROM_ROOT}{path}"
