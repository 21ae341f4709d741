"""Everything a project can draw on by name: recipes, passes, toolchains, targets, runtimes."""

from wasmforge.model.base import Noun
from wasmforge.model.plan import SourceFile
from wasmforge.model.recipe import Recipe
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.target import Target
from wasmforge.model.toolchain import Toolchain


class Catalog(Noun, frozen=True, kw_only=True):
    """The files found, by name. `places` maps `recipe zig` to every file of that name, the one in force
    first; `files` maps a recipe's name to the files beside it that it names.
    """

    recipes: dict[str, Recipe]
    passes: dict[str, Recipe]
    toolchains: dict[str, Toolchain]
    targets: dict[str, Target]
    runtimes: dict[str, RuntimeFile] = {}
    places: dict[str, tuple[str, ...]] = {}
    files: dict[str, dict[str, SourceFile]] = {}
