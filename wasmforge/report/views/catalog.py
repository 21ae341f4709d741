"""The functions that show catalog entries: a list per command, a page per kind."""

from collections.abc import Callable
from typing import Any

from wasmforge.model.catalog import Catalog
from wasmforge.report.output import Output
from wasmforge.report.views.recipe import show_fragment, show_recipe, show_recipes
from wasmforge.report.views.runtime import show_runtime, show_runtimes
from wasmforge.report.views.target import show_target, show_targets

LISTS: dict[str, Callable[[Catalog, Output], None]] = {
    "recipe": lambda catalog, out: show_recipes(tuple(catalog.recipes.values()), out),
    "target": lambda catalog, out: show_targets(tuple(catalog.targets.values()), out),
    "runtime": lambda catalog, out: show_runtimes(tuple(catalog.runtimes.values()), out),
}
"""What prints all entries of a command; `toolchain` has its own, which looks for them on this machine."""

PAGES: dict[str, Callable[[Any, str, Output], None]] = {
    "recipe": show_recipe,
    "pass": show_recipe,
    "fragment": show_fragment,
    "target": show_target,
    "runtime": show_runtime,
}
"""What prints one entry of a kind, given the file it is in; `toolchain` has its own, as above."""
