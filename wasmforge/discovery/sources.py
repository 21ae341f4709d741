"""The files under one root, for the builders of components."""

from typing import NamedTuple

from wasmforge.discovery.file_types import within
from wasmforge.discovery.roots import Roots


class Sources(NamedTuple):
    """The files under one root; all paths are from the top."""

    root: str
    files: tuple[str, ...]
    headers: tuple[str, ...]
    roots: Roots
    is_loose: bool = True
    """Whether no build file says which of them belong together."""

    def text(self, path: str) -> str:
        """A file's text."""
        return self.roots.read(path)

    def code(self, path: str) -> str:
        """The text of a file in C or C++, without comments."""
        return self.roots.code(path)

    def local(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Paths as seen from the root."""
        return tuple(within(self.root, p) for p in paths)
