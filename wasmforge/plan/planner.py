"""Makes the plan: each build unit's steps and passes as actions, and its delivery."""

from collections.abc import Mapping

import msgspec

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Manifest
from wasmforge.model.plan import Action, Delivery, GeneratedInput, Plan, PlannedFile, Snapshot
from wasmforge.model.recipe import Recipe
from wasmforge.plan.component_files import delivers_folder, folder_files, matched_files, takes_files
from wasmforge.plan.delivery import make_delivery
from wasmforge.plan.file_options import existing_files, file_option_words
from wasmforge.plan.layout import Roles, planned_files
from wasmforge.plan.libraries import Libraries, with_linked_options
from wasmforge.plan.recipes.steps import Files, names_mentioned
from wasmforge.plan.recipes.template import mentioned
from wasmforge.plan.resolve import as_variant
from wasmforge.plan.run_steps import file_inside, recipe_files, run_steps
from wasmforge.plan.select import BuildUnit, with_resolved


def make_plan(
    manifest: Manifest,
    units: tuple[BuildUnit, ...],
    catalog: Catalog,
    snapshots: Mapping[tuple[str, str], Snapshot],
    tools: Mapping[str, str],
) -> Plan:
    """The whole plan; `tools` maps toolchains to identities. Raises ForgeError when a recipe does not fit."""
    actions: dict[str, Action] = {}
    deliveries: dict[tuple[str, str], Delivery] = {}
    libraries = Libraries(catalog, snapshots, actions)
    for unit in units:
        s = unit.resolved
        needs = _needs(unit, deliveries)
        snapshot = snapshots[s.name, s.recipe]
        if s.variants:
            files = _variants(unit, manifest, catalog, snapshot, needs, libraries, actions)
        else:
            roles = _component_actions(unit, catalog, snapshot, needs, libraries, actions)
            files = _delivered_files(unit, catalog, snapshot, roles)
        deliveries[s.name, s.target] = make_delivery(manifest, unit, catalog, files)
    used = sorted({a.toolchain for a in actions.values()})
    return Plan(actions=actions, deliveries=tuple(deliveries.values()), tools={t: tools[t] for t in used})


def _needs(unit: BuildUnit, deliveries: Mapping[tuple[str, str], Delivery]) -> tuple[GeneratedInput, ...]:
    """The files that the needed components deliver, at `needs/NAME/`."""
    return tuple(
        GeneratedInput(path=f"needs/{need}/{planned.name}", action=planned.action, output=planned.output)
        for need in unit.needs
        for planned in deliveries[need, unit.resolved.target].files
        if planned.source is None
    )


def _delivered_files(unit: BuildUnit, catalog: Catalog, snapshot: Snapshot, roles: Roles) -> tuple[PlannedFile, ...]:
    """What is made for the target, and the component's files where they are delivered as they are."""
    s, target = unit.resolved, catalog.targets[unit.resolved.target]
    as_they_are = folder_files(target, catalog.recipes[s.recipe], matched_files(s, snapshot), snapshot)
    return (*planned_files(unit, target, roles), *as_they_are)


def _component_actions(
    unit: BuildUnit,
    catalog: Catalog,
    snapshot: Snapshot,
    needs: tuple[GeneratedInput, ...],
    libraries: Libraries,
    actions: dict[str, Action],
) -> Roles:
    """Add the actions of one component's recipe and of its target's passes; return the output of each role."""
    unit = with_linked_options(unit, catalog)
    s = unit.resolved
    base = str(s.label)
    recipe = catalog.recipes[s.recipe]
    sources = {f"sources.{g}": paths for g, paths in snapshot.groups.items()}
    given = libraries.given_to(unit)
    needed: Files = {**{g.path: g for g in needs}, **given.files}
    if own := sorted(snapshot.files.keys() & needed.keys()):
        message = f"has a file at {own[0]}, where the outputs of the components it needs are written"
        raise ForgeError(Problem(where=f"components.{s.name}", what=message, hint="rename its folder needs/"))
    files: Files = {**snapshot.files, **needed, **recipe_files(recipe, catalog)}
    given_files = matched_files(s, snapshot)
    extra = {
        **given.names,
        "files": given_files,
        "needs": tuple(g.path for g in needs if g.path.endswith(".wasm")),
        **file_option_words(recipe, s, snapshot),
    }
    roles: Roles = {}
    run_steps(recipe, unit, base, {**sources, **extra}, files, tuple(g.path for g in needs), actions, roles)
    if takes_files(recipe) or delivers_folder(catalog.targets[s.target]):
        given_files = ()
    for name in catalog.targets[s.target].passes:
        adding = catalog.passes[name]
        if _leaves_out(adding, given_files, roles):
            continue
        _missing_roles(adding, unit, roles)
        role_values: dict[str, tuple[str, ...]] = {f"given.{role}": () for role in adding.optional}
        role_values |= {f"given.{role}": (output,) for role, (_, output) in roles.items()}
        role_values["files"] = given_files
        inputs: Files = {o: GeneratedInput(path=o, action=a, output=o) for a, o in roles.values()}
        inputs.update(recipe_files(adding, catalog))
        inputs.update(_option_files(adding, unit, snapshot, inputs, given_files))
        run_steps(
            adding, unit, base, {**role_values, **file_option_words(adding, s, snapshot)}, inputs, (), actions, roles
        )
    return roles


def _leaves_out(adding: Recipe, given_files: tuple[str, ...], roles: Roles) -> bool:
    """Whether a pass has nothing to add: the recipe makes all of it itself.

    What a step makes of the component's files does not count where there are none to take.
    """
    packing = [step.name for step in adding.steps if not given_files and "files" in mentioned(step.run)]
    made = {role for step in adding.steps if step.name not in packing for role in step.outputs}
    return "module" not in made and made <= roles.keys()


def _variants(
    unit: BuildUnit,
    manifest: Manifest,
    catalog: Catalog,
    snapshot: Snapshot,
    needs: tuple[GeneratedInput, ...],
    libraries: Libraries,
    actions: dict[str, Action],
) -> tuple[PlannedFile, ...]:
    """Add the actions of every variant, and of the loader that chooses one; each variant has a folder of its own."""
    s, target = unit.resolved, catalog.targets[unit.resolved.target]
    files: list[PlannedFile] = []
    last: Roles = {}
    for variant in s.variants:
        part = with_resolved(unit, as_variant(s, variant), manifest, catalog)
        roles = _component_actions(part, catalog, snapshot, needs, libraries, actions)
        files += (
            msgspec.structs.replace(planned, name=f"{variant.name}/{planned.name}")
            for planned in planned_files(part, target, roles)
            if target.loader is None or planned.role != "package"
        )
        last = roles  # the least demanding variant: all others have its exports
    files += folder_files(target, catalog.recipes[s.recipe], matched_files(s, snapshot), snapshot)
    if target.loader is None:
        return tuple(files)
    loader = catalog.passes[target.loader]
    _missing_roles(loader, unit, last)
    role_values: dict[str, tuple[str, ...]] = {f"given.{role}": (output,) for role, (_, output) in last.items()}
    role_values["variants"] = tuple(f"{v.name}:{','.join(v.needs)}" for v in s.variants)
    inputs: Files = {o: GeneratedInput(path=o, action=a, output=o) for a, o in last.values()}
    chosen: Roles = {}
    run_steps(loader, unit, str(s.label.delivery), role_values, inputs, (), actions, chosen)
    return (*(p for p in planned_files(unit, target, {**last, **chosen}) if p.role in chosen), *files)


def _option_files(
    adding: Recipe, unit: BuildUnit, snapshot: Snapshot, files: Files, given_files: tuple[str, ...]
) -> Files:
    """The component's files that a pass takes: those its options name, and `given_files` if it mentions them.

    Raises ForgeError when one has the path of an output.
    """
    paths = existing_files(adding, unit.resolved, snapshot)
    paths = (*paths, *(p for p in given_files if p not in paths)) if takes_files(adding) else paths
    if clash := next((p for p in paths if p in files or file_inside(f"{p}/", files)), None):
        message = f"pass {adding.name!r} takes {clash} from its folder, but a file of that name is generated"
        raise ForgeError(Problem(where=f"components.{unit.resolved.name}", what=message, hint="rename the file"))
    return {p: snapshot.files[p] for p in paths}


def _missing_roles(adding: Recipe, unit: BuildUnit, roles: Roles) -> None:
    """Raise ForgeError for a pass that takes a role which no earlier step makes exactly once."""
    taken = {n.split(".")[1] for n in names_mentioned(adding) if n.startswith("given.")}
    if missing := sorted(taken - roles.keys() - {*adding.optional}):
        s = unit.resolved
        message = f"pass {adding.name!r} of target {s.target!r} takes {', '.join(missing)}"
        message += f", of which recipe {s.recipe!r} does not make exactly one"
        raise ForgeError(Problem(where=f"components.{s.name}", what=message, hint="check that all its sources exist"))
