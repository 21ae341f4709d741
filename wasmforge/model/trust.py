"""A project's own catalog files, and what the trust file remembers of them."""

import hashlib
from typing import Literal

from wasmforge.model.base import Struct


class LocalCatalog(Struct, frozen=True, kw_only=True):
    """The recipes, toolchains, targets and runtimes that a project itself brings.

    `files` maps the path (from the project's root) of each of them, and of each file beside them that they use, to the
    SHA-256 of its bytes. `in_force` are the catalog files among them, `toolchains` maps the names of toolchains among
    those to their files.
    """

    files: dict[str, str]
    in_force: tuple[str, ...]
    toolchains: dict[str, str]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 over all paths and contents; other content, or another set of files, has another."""
        digest = hashlib.sha256(b"wasmforge local catalog 1\0")
        for path, content in sorted(self.files.items()):
            digest.update(path.encode("utf-8", "surrogateescape") + b"\0" + content.encode() + b"\0")
        return digest.hexdigest()


class LocalFile(Struct, frozen=True, kw_only=True):
    """A file that the project brings (path from its root): what became of it since it was trusted, and the commands
    that are run because of it.
    """

    path: str
    state: Literal["trusted", "changed", "new"]
    runs: tuple[str, ...] = ()


class TrustedCatalog(Struct, frozen=True, kw_only=True):
    """A content that somebody trusted: its fingerprint, and for people the project's folder, the day and the files."""

    fingerprint: str
    project: str
    date: str
    files: dict[str, str]
