"""The files that a component is given at run time: which they are, and who takes them to it. Pure."""

from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Overlay
from wasmforge.model.plan import FileList, PlannedFile, Snapshot
from wasmforge.model.recipe import Recipe
from wasmforge.model.target import Target
from wasmforge.plan.recipes.steps import names_mentioned
from wasmforge.plan.resolve import ResolvedComponent
from wasmforge.plan.select import BuildUnit

FOLDER = "files"
"""The role of files that are delivered as they are, and the folder in which they lie there."""

PACK = "data"
"""The role of the file that has them all, for JavaScript to load."""

NAME = "files"
"""What they are called in recipes: `{files}`."""


def given_files(unit: BuildUnit) -> tuple[FileList, ...]:
    """The patterns of the component's `files` on this target, with their place; empty without any."""
    s = unit.resolved
    own = unit.declared.component.on.get(s.target, Overlay()).files is not None
    return (FileList(where=f"on.{s.target}.files" if own else "files", patterns=s.files),) if s.files else ()


def matched_files(resolved: ResolvedComponent, snapshot: Snapshot) -> tuple[str, ...]:
    """The files that the component is given, by their path in its folder, in order."""
    return tuple(sorted(snapshot.matched.get(resolved.files, ())))


def takes_files(recipe: Recipe) -> bool:
    """Whether a recipe or pass mentions `{files}`."""
    return any(
        name == NAME or (name.startswith(f"{NAME}.") and name not in _own(recipe)) for name in names_mentioned(recipe)
    )


def _own(recipe: Recipe) -> set[str]:
    return {f"{NAME}.{name}" for name in recipe.files}


def delivers_folder(target: Target) -> bool:
    """Whether files lie beside the module there, as they are."""
    return FOLDER in (*target.delivers, *target.may_deliver)


def takes_files_on(target: Target) -> bool:
    """Whether a delivery for this target has a place for them."""
    return not {FOLDER, PACK}.isdisjoint((*target.delivers, *target.may_deliver))


def gives_files(recipe: Recipe, target: Target, catalog: Catalog) -> bool:
    """Whether a module that this recipe builds for this target finds files: somebody must take them to it.

    That is the recipe itself, the target's folder, or a pass that packs them for JavaScript of our own.
    """
    if takes_files(recipe) or delivers_folder(target):
        return True
    made = {role for step in recipe.steps for role in step.outputs}
    passes = [catalog.passes[name] for name in target.passes]
    return "glue" not in made and PACK in (*target.delivers, *target.may_deliver) and any(map(takes_files, passes))


def folder_files(target: Target, recipe: Recipe, files: tuple[str, ...], snapshot: Snapshot) -> tuple[PlannedFile, ...]:
    """The files that are delivered as they are."""
    if takes_files(recipe) or not delivers_folder(target):
        return ()
    return tuple(PlannedFile(role=FOLDER, name=f"{FOLDER}/{path}", source=snapshot.files[path]) for path in files)
