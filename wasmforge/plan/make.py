"""Makes the plan: every wanted component's steps and passes as actions, and what is delivered from them."""

from collections.abc import Iterable, Mapping

import msgspec

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Limits, Manifest
from wasmforge.model.plan import Action, Contract, Delivery, Given, Piece, Plan, Snapshot, SourceFile
from wasmforge.model.recipe import Recipe, Step
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.target import Target
from wasmforge.model.vocabulary import with_implied
from wasmforge.plan.layout import Roles, pieces, run_line
from wasmforge.plan.named import absent, present
from wasmforge.plan.scope import base_scope, beside
from wasmforge.plan.select import Wanted
from wasmforge.plan.settled import Settled, Variant, as_variant
from wasmforge.plan.steps import Files, names_of, step_actions
from wasmforge.plan.words import BadWordError, expand_all

WASI = "wasi_snapshot_preview1."


def make_plan(
    manifest: Manifest,
    wanted: tuple[Wanted, ...],
    catalog: Catalog,
    snapshots: Mapping[tuple[str, str], Snapshot],
    tools: Mapping[str, str],
) -> Plan:
    """The whole plan; `tools` maps toolchains to identities. Raises ForgeError when a recipe does not fit."""
    actions: dict[str, Action] = {}
    deliveries: dict[tuple[str, str], Delivery] = {}
    for one in wanted:
        s = one.settled
        needs = _needs(one, deliveries)
        snapshot = snapshots[s.name, s.recipe]
        if s.variants:
            files = _variants(one, catalog, snapshot, needs, actions)
        else:
            roles = _component_actions(one, catalog, snapshot, needs, actions)
            files = pieces(one, catalog.targets[s.target], roles)
        deliveries[s.name, s.target] = promise(manifest, one, catalog, files)
    used = sorted({a.toolchain for a in actions.values()})
    return Plan(actions=actions, deliveries=tuple(deliveries.values()), tools={t: tools[t] for t in used})


def _needs(one: Wanted, deliveries: Mapping[tuple[str, str], Delivery]) -> tuple[Given, ...]:
    """What the needed components deliver, laid at `needs/<name>/`."""
    return tuple(
        Given(path=f"needs/{need}/{piece.name}", action=piece.action, output=piece.output)
        for need in one.placed.component.needs
        for piece in deliveries[need, one.settled.target].pieces
    )


def base_label(settled: Settled) -> str:
    """What the labels of a component's actions begin with, before the colon."""
    return f"{settled.name}@{settled.target}/{settled.profile}" + (f"/{settled.variant}" if settled.variant else "")


def _component_actions(
    one: Wanted, catalog: Catalog, snapshot: Snapshot, needs: tuple[Given, ...], actions: dict[str, Action]
) -> Roles:
    """Add the actions of one component's recipe and of its target's passes; return what they give."""
    s = one.settled
    base = base_label(s)
    recipe = catalog.recipes[s.recipe]
    sources = {f"sources.{g}": paths for g, paths in snapshot.groups.items()}
    if own := sorted(snapshot.files.keys() & {g.path for g in needs}):
        what = f"has a file of its own at {own[0]}, where what it needs is laid"
        raise ForgeError(Problem(where=f"components.{s.name}", what=what, hint="rename its folder needs/"))
    files: Files = {**snapshot.files, **{g.path: g for g in needs}, **_beside(recipe, catalog)}
    extra = {"needs": tuple(g.path for g in needs if g.path.endswith(".wasm")), **absent(recipe, s, snapshot)}
    roles: Roles = {}
    _run_steps(recipe, one, base, {**sources, **extra}, files, tuple(g.path for g in needs), actions, roles)
    for name in catalog.targets[s.target].passes:
        adding = catalog.passes[name]
        made = {role for step in adding.steps for role in step.outputs}
        if "module" not in made and made <= roles.keys():
            continue  # the recipe brought these itself
        _missing_roles(adding, one, roles)
        given = {f"given.{role}": (output,) for role, (_, output) in roles.items()}
        laid: Files = {o: Given(path=o, action=a, output=o) for a, o in roles.values()}
        laid.update(_beside(adding, catalog))
        laid.update(_named(adding, one, snapshot, laid))
        _run_steps(adding, one, base, {**given, **absent(adding, s, snapshot)}, laid, (), actions, roles)
    return roles


def _variants(
    one: Wanted, catalog: Catalog, snapshot: Snapshot, needs: tuple[Given, ...], actions: dict[str, Action]
) -> tuple[Piece, ...]:
    """Add the actions of every variant, and of what chooses among them; the files of each lie in its own folder."""
    s, target = one.settled, catalog.targets[one.settled.target]
    files: list[Piece] = []
    last: Roles = {}
    for variant in s.variants:
        part = msgspec.structs.replace(one, settled=as_variant(s, variant))
        roles = _component_actions(part, catalog, snapshot, needs, actions)
        files += (
            msgspec.structs.replace(piece, name=f"{variant.name}/{piece.name}")
            for piece in pieces(part, target, roles)
            if target.loader is None or piece.role != "package"
        )
        last = roles  # the least demanding: what it exports, all do
    if target.loader is None:
        return tuple(files)
    choosing = catalog.passes[target.loader]
    _missing_roles(choosing, one, last)
    given: dict[str, tuple[str, ...]] = {f"given.{role}": (output,) for role, (_, output) in last.items()}
    given["variants"] = tuple(f"{v.name}:{','.join(v.needs)}" for v in s.variants)
    laid: Files = {o: Given(path=o, action=a, output=o) for a, o in last.values()}
    chosen: Roles = {}
    _run_steps(choosing, one, f"{s.name}@{s.target}/{s.profile}", given, laid, (), actions, chosen)
    return (*(p for p in pieces(one, target, {**last, **chosen}) if p.role in chosen), *files)


def _beside(recipe: Recipe, catalog: Catalog) -> dict[str, SourceFile]:
    """The files beside a recipe, by where they are laid."""
    return {beside(recipe.files[name]): file for name, file in catalog.files.get(recipe.name, {}).items()}


def _named(adding: Recipe, one: Wanted, snapshot: Snapshot, laid: Files) -> Files:
    """The component's files that options of a pass name. Raises ForgeError where one would lie on what is made."""
    paths = present(adding, one.settled, snapshot)
    if twice := next((p for p in paths if p in laid or _inside(f"{p}/", laid)), None):
        what = f"pass {adding.name!r} takes {twice} from its folder, and a file of that name is made for it"
        raise ForgeError(Problem(where=f"components.{one.settled.name}", what=what, hint="rename the file"))
    return {p: snapshot.files[p] for p in paths}


def _missing_roles(adding: Recipe, one: Wanted, roles: Roles) -> None:
    """Refuse a pass that takes what nothing before it has made."""
    taken = {n.split(".")[1] for n in names_of(adding) if n.startswith("given.")}
    if missing := sorted(taken - roles.keys()):
        s = one.settled
        what = f"pass {adding.name!r} of target {s.target!r} takes {', '.join(missing)}"
        what += f", of which recipe {s.recipe!r} does not make exactly one"
        raise ForgeError(Problem(where=f"components.{s.name}", what=what, hint="are its sources all there?"))


def _run_steps(
    recipe: Recipe,
    one: Wanted,
    base: str,
    names: Mapping[str, tuple[str, ...]],
    files: Files,
    always: tuple[str, ...],
    actions: dict[str, Action],
    roles: Roles,
) -> None:
    """Expand the steps of one recipe or pass in order; later steps see what earlier ones made."""
    scope = {**base_scope(recipe, one.settled), **names}
    files = dict(files)
    for step in recipe.steps:
        made = _step(recipe, step, one, base, scope, files, always)
        scope.update({f"steps.{step.name}.{role}": () for role in step.outputs})
        for action in made:
            _add(action, one, files, actions)
            for role, path in zip(step.outputs, action.outputs, strict=True):
                key = f"steps.{step.name}.{role}"
                scope[key] = (*scope[key], path.rstrip("/"))
                roles[role] = (action.label, path)
        if len(made) > 1:  # one of several is not what the role is
            for role in step.outputs:
                del roles[role]


def _add(action: Action, one: Wanted, files: Files, actions: dict[str, Action]) -> None:
    """Add an action and the files it makes. Raises ForgeError when it would write over another file."""
    where = f"components.{one.settled.name}"
    if action.label in actions:
        raise ForgeError(Problem(where=where, what=f"two actions would be {action.label}", hint="name each item once"))
    for output in action.outputs:
        path = output.rstrip("/")
        if there := files.get(path) or _inside(output, files):
            other = there.path if isinstance(there, SourceFile) else there.action
            what = f"{action.label} would write {output} over that of {other}"
            raise ForgeError(Problem(where=where, what=what, hint="rename one of the files"))
        files[path] = Given(path=path, action=action.label, output=output)
    actions[action.label] = action


def _inside(output: str, files: Files) -> SourceFile | Given | None:
    """A file that is there already in a folder which an action would make."""
    return next((f for p, f in files.items() if p.startswith(output)), None) if output.endswith("/") else None


def _step(
    recipe: Recipe,
    step: Step,
    one: Wanted,
    base: str,
    scope: Mapping[str, tuple[str, ...]],
    files: Files,
    always: tuple[str, ...],
) -> tuple[Action, ...]:
    try:
        return step_actions(recipe, step, base, scope, files, always)
    except BadWordError as e:
        problem = _bad(recipe, step, str(e))
        where = f"components.{one.settled.name}"
        raise ForgeError(*problem.problems, Problem(where=where, what=f"cannot be planned for {base}")) from None


def _bad(recipe: Recipe, step: Step, what: str) -> ForgeError:
    hint = f"`wasmforge recipe lint {recipe.name}` checks the whole recipe"
    return ForgeError(Problem(where=f"recipe {recipe.name}: steps.{step.name}", what=what, hint=hint))


def _fits(runtime: RuntimeFile | None, provided: Iterable[str], *, native: bool) -> bool:
    """Whether a runtime runs it unasked: native code where there is some, alone what needs no JavaScript beside it."""
    if runtime is None:
        return True
    if runtime.on_request or (runtime.runs == "aot" and not native):
        return False
    return not runtime.alone or all(p.startswith(WASI) for p in provided)


def promise(manifest: Manifest, one: Wanted, catalog: Catalog, files: tuple[Piece, ...]) -> Delivery:
    """What these files are delivered as, the contract they must keep and the tests they must pass."""
    s, target = one.settled, catalog.targets[one.settled.target]
    provided = _provided(one, catalog)
    bare = contract_of(target, s.kind)
    shipped = s.profile != "dev"
    folder = f"{manifest.build.dist}/{s.target}/{s.name}"
    native = any(f.role == "aot" for f in files)
    return Delivery(
        label=f"{s.name}@{s.target}/{s.profile}",
        component=s.name,
        target=s.target,
        profile=s.profile,
        folder=folder,
        source_folder=one.placed.folder,
        pieces=files,
        variants={v.name: _permitted(s, v, target) for v in s.variants},
        contract=msgspec.structs.replace(
            bare,
            import_modules=(*bare.import_modules, *provided),
            required_exports=tuple(
                dict.fromkeys((*bare.required_exports, *(s.exports if s.kind == "reactor" else ())))
            ),
            debug=not shipped,
            limits=s.limits if shipped else Limits(memory=s.limits.memory, max_memory=s.limits.max_memory),
            waive=one.placed.component.waive,
        ),
        smoke=s.smoke,
        runtimes=tuple(r for r in target.runtimes if _fits(catalog.runtimes.get(r), provided, native=native)),
        run=run_line(target, s.kind, folder, s.name, native=native),
    )


def _permitted(settled: Settled, variant: Variant, target: Target) -> tuple[str, ...]:
    """What a variant may use: all that its target permits, but for what it was built to do without."""
    without = {f for v in settled.variants for f in v.needs} - set(as_variant(settled, variant).features)
    return tuple(f for f in target.features.permitted if not without & set(with_implied((f,))))


def contract_of(target: Target, kind: str, *, debug: bool = False) -> Contract:
    """What a target asks of any module of this kind; may it carry names and debug information is not its matter."""
    return Contract(
        target=target.name,
        kind=kind,
        kinds=target.kinds,
        permitted=target.features.permitted,
        never=target.features.never,
        notes=target.features.notes,
        import_modules=target.imports.modules,
        required_exports=target.exports.command if kind == "command" else target.exports.reactor,
        forbidden_exports=target.exports.forbidden,
        start=target.start,
        debug=debug,
        limits=target.limits,
        aot=target.aot,
    )


def _provided(one: Wanted, catalog: Catalog) -> tuple[str, ...]:
    """What the glue provides: that of the recipe, or that of a pass where the recipe makes none."""
    recipe, target = catalog.recipes[one.settled.recipe], catalog.targets[one.settled.target]
    if "glue" not in target.delivers:
        return ()
    makers = [
        m for m in (recipe, *(catalog.passes[p] for p in target.passes)) if any("glue" in s.outputs for s in m.steps)
    ]
    return expand_all(makers[0].provides, base_scope(makers[0], one.settled)) if makers else ()
