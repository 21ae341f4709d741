"""Checks libraries: keys that only some components may have, and whether a library fits what needs it."""

from collections.abc import Iterable, Iterator

import msgspec

from wasmforge.errors import Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component, Manifest, Overlay, ProjectComponent
from wasmforge.model.recipe import Recipe
from wasmforge.plan.checks.component import check_options
from wasmforge.plan.recipes.scope import folders_problem
from wasmforge.plan.recipes.template import mentioned
from wasmforge.plan.resolve import recipe_name
from wasmforge.plan.select import library_names

MODULE_KEYS = ("targets", "exports", "features", "variants", "limits", "waive", "smoke", "bench")
"""Keys of components that become modules."""

WHY_NOT = {
    "targets": ("is built for the targets of what needs it", "drop it"),
    "exports": ("exports nothing itself", "name them in `exports` of the component that needs it"),
    "features": ("is built with the features of what needs it", "name them in the component that needs it"),
}
"""What a library does instead, and what to do, by key."""


def check_library_keys(where: str, c: Component, manifest: Manifest) -> Iterator[Problem]:
    """Keys that a library may not have, or that only a library may have."""
    if c.kind != "library":
        for key, value in (("public-includes", c.public_includes or ()), ("public-defines", c.public_defines)):
            if value:
                hint = 'kind = "library", or use `options`'
                yield Problem(where=f"{where}.{key}", what="only a library gives anything to others", hint=hint)
        return
    yield from _misplaced(where, c, MODULE_KEYS)
    for target, overlay in c.on.items():
        yield from _misplaced(f"{where}.on.{target}", overlay, ("exports", "features", "variants", "limits", "smoke"))
    if said := folders_problem(c.public_includes or ()):
        yield Problem(where=f"{where}.public-includes", what=said)
    for name in c.needs:
        if name in manifest.components and manifest.components[name].component.kind != "library":
            what = f"a library can need only libraries, and {name} is none"
            yield Problem(where=f"{where}.needs", what=what, hint="let the component need it that needs the library")


def check_libraries_of(
    declared: ProjectComponent, target: str, manifest: Manifest, catalog: Catalog
) -> Iterator[Problem]:
    """Whether the libraries that a component needs can be built for it, and linked into it, on this target."""
    where = f"{declared.file}: components.{declared.name}"
    recipe = catalog.recipes[recipe_name(declared.component, target, catalog) or ""]
    names = library_names(declared, manifest)
    if names and not recipe.library:
        hint = f"recipes that do: {', '.join(_with_libraries(catalog))}"
        what = f"recipe {recipe.name!r}, which builds it for {target}, links no libraries, and {names[0]} is one"
        yield Problem(where=f"{where}.needs", what=what, hint=hint)
        return
    for name in names:
        yield from _fits(manifest.components[name], declared, target, recipe, catalog)


def library_recipe(component: Component, target: str, by: str) -> str:
    """The recipe that builds a library for a target, for a component that is built by the recipe `by`."""
    return component.on.get(target, Overlay()).recipe or component.recipe or by


def _fits(
    library: ProjectComponent, by: ProjectComponent, target: str, recipe: Recipe, catalog: Catalog
) -> Iterator[Problem]:
    component, where = library.component, f"{library.file}: components.{library.name}"
    made_by = catalog.recipes[library_recipe(component, target, recipe.name)]
    needed = f"{by.name} needs it for {target}"
    if not made_by.library:
        hint = f"recipes that do: {', '.join(_with_libraries(catalog))}"
        yield Problem(where=f"{where}.recipe", what=f"recipe {made_by.name!r} makes no libraries", hint=hint)
    elif component.language not in made_by.languages:
        what = f"recipe {made_by.name!r}, with which {needed}, does not build language {component.language!r}"
        yield Problem(where=where, what=what, hint=f"only: {', '.join(made_by.languages)}")
    elif made_by.toolchain != recipe.toolchain:
        same = [n for n in _with_libraries(catalog) if catalog.recipes[n].toolchain == recipe.toolchain]
        what = f"recipe {made_by.name!r} takes toolchain {made_by.toolchain}, and {needed} with {recipe.toolchain}"
        hint = f"recipes that fit: {', '.join(same)}; on.{target}.recipe says it for one target"
        yield Problem(where=f"{where}.recipe", what=what, hint=hint)
    elif not _links(recipe, by.component.language, component.language):
        what = f"{by.name} is linked as {by.component.language}, and {library.name} is {component.language}"
        hint = f'language = "{component.language}" in {by.name}, which builds its other sources as well'
        yield Problem(where=f"{by.file}: components.{by.name}.needs", what=what, hint=hint)
    elif component.public_includes is not None and "public.includes" not in mentioned(
        made_by.library.get("includes", ())
    ):
        what = f"recipe {made_by.name!r} gives the headers that the project installs"
        yield Problem(where=f"{where}.public-includes", what=what, hint="drop it")
    else:
        others = [r for r in catalog.recipes.values() if component.language in r.languages]
        overlay = component.on.get(target, Overlay()).options
        yield from check_options(where, "", component.options, (made_by,), others)
        yield from check_options(where, f".on.{target}", overlay, (made_by,), others)


def _links(recipe: Recipe, language: str, library: str) -> bool:
    """Whether a link in this language is enough for a library: a recipe's languages stand in that order."""
    order = [*recipe.languages]
    return library not in order or language not in order or order.index(library) <= order.index(language)


def _with_libraries(catalog: Catalog) -> Iterable[str]:
    return [name for name, recipe in catalog.recipes.items() if recipe.library]


def _misplaced(where: str, table: Component | Overlay, keys: tuple[str, ...]) -> Iterator[Problem]:
    """Keys that have another value than their default, and mean nothing for a library."""
    fields = {field.name: field for field in msgspec.structs.fields(table)}
    for key in keys:
        default = fields[key].default
        default = fields[key].default_factory() if default is msgspec.NODEFAULT else default
        if getattr(table, key) != default:
            what, hint = WHY_NOT.get(key, ("becomes no module of its own", "name it in the component that needs it"))
            yield Problem(where=f"{where}.{key}", what=f"a library {what}", hint=hint)
