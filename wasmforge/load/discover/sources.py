"""The files under one root, as the builders of components are given them."""

from typing import NamedTuple

from wasmforge.load.discover.roots import Roots
from wasmforge.load.discover.sorts import within


class Sources(NamedTuple):
    """The files under one root; all paths are from the top."""

    root: str
    files: tuple[str, ...]
    headers: tuple[str, ...]
    roots: Roots

    def text(self, path: str) -> str:
        """A file's text."""
        return self.roots.read(path)

    def local(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Paths as seen from the root."""
        return tuple(within(self.root, p) for p in paths)
