"""The kinds of catalog files: their folders, and the commands that show them. Imports nothing, so that the command
line can be built from it.
"""

from typing import NamedTuple


class CatalogKind(NamedTuple):
    """One kind of catalog file.

    `name` is its word in messages and its name for `wasmforge schema`. `folder` is where its files are, in a project
    as in our own catalog. `command` is the command that shows its entries.
    """

    name: str
    folder: str
    command: str

    @property
    def table(self) -> str:
        """The field of `Catalog` that has its entries, whose type says what a file is read as."""
        return self.folder.rpartition("/")[2]


KINDS: tuple[CatalogKind, ...] = (
    CatalogKind("recipe", "recipes", "recipe"),
    CatalogKind("pass", "recipes/passes", "recipe"),
    CatalogKind("fragment", "recipes/fragments", "recipe"),
    CatalogKind("toolchain", "toolchains", "toolchain"),
    CatalogKind("target", "targets", "target"),
    CatalogKind("runtime", "runtimes", "runtime"),
)
"""Every kind of catalog file. Loading, checking, showing, schemas and what a change of files touches derive from it."""

COMMANDS: dict[str, str] = {
    "recipe": "how each language is built",
    "toolchain": "where tools come from",
    "target": "what each kind of host permits",
    "runtime": "what runs smoke tests and programs",
}
"""The commands that show catalog entries, and what these entries say."""


def is_catalog_path(path: str) -> bool:
    """Whether a path, from a project's root, is in a folder of the catalog."""
    top = path.partition("/")[0]
    return any(kind.folder.partition("/")[0] == top for kind in KINDS)


def entry_of_path(path: str) -> tuple[CatalogKind, str] | None:
    """The entry that a path belongs to by its place: `recipes/passes/strip.toml` is the pass `strip`."""
    parts = path.split("/")
    for depth in (2, 1):  # `recipes/passes` is in `recipes`
        kind = next((k for k in KINDS if k.folder == "/".join(parts[:depth])), None)
        if kind and len(parts) > depth:
            return kind, parts[depth].removesuffix(".toml")
    return None
