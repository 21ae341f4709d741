"""The catalog: recipes, passes, fragments, toolchains, targets and runtimes, by name."""

from typing import Any, get_args

import msgspec

from wasmforge.model.base import Struct, TomlStruct
from wasmforge.model.catalog_kinds import KINDS, CatalogKind
from wasmforge.model.plan import SourceFile
from wasmforge.model.recipe import Recipe, RecipeFragment
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.target import Target
from wasmforge.model.toolchain import Toolchain


class Catalog(Struct, frozen=True, kw_only=True):
    """The entries in force, by name: a field for each of `KINDS`, then what is known of their files.

    `lookup_order` maps `recipe zig` to every file of that name, the one in force first. `files` maps a recipe's name to
    the files beside it that it names. `origin_files` maps a toolchain's name to the file that each of its origins was
    written in: its own, or one that it is `like`. `local` maps the path of each file in force that is the project's own
    to its SHA-256; `project_toolchains` maps a toolchain whose file is the project's own to one over that file and all
    files in a folder of its name.
    """

    recipes: dict[str, Recipe]
    passes: dict[str, Recipe]
    fragments: dict[str, RecipeFragment] = {}
    toolchains: dict[str, Toolchain]
    targets: dict[str, Target]
    runtimes: dict[str, RuntimeFile] = {}
    lookup_order: dict[str, tuple[str, ...]] = {}
    files: dict[str, dict[str, SourceFile]] = {}
    project_toolchains: dict[str, str] = {}
    origin_files: dict[str, tuple[str, ...]] = {}
    local: dict[str, str] = {}

    def entries(self, kind: CatalogKind) -> dict[str, Any]:
        """The entries of one kind by name, of the type `entry_type(kind)`."""
        entries: dict[str, Any] = getattr(self, kind.table)
        return entries

    def paths(self, kind: CatalogKind, name: str) -> tuple[str, ...]:
        """Every file of an entry's name, the one in force first; none if there is no such entry."""
        return self.lookup_order.get(f"{kind.name} {name}", ())

    def origin_file(self, toolchain: str, index: int) -> str:
        """The file that an origin of a toolchain was written in."""
        files = self.origin_files.get(toolchain, ())
        return files[index] if index < len(files) else self.lookup_order[f"toolchain {toolchain}"][0]


_TYPES = {field.name: field.type for field in msgspec.structs.fields(Catalog)}


def entry_type(kind: CatalogKind) -> type[TomlStruct]:
    """What a file of this kind is read as."""
    struct: type[TomlStruct] = get_args(_TYPES[kind.table])[1]
    return struct


RECIPE_KINDS = tuple(kind for kind in KINDS if entry_type(kind) is Recipe)
"""The kinds whose entries have steps."""
