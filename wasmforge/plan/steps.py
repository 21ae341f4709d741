"""One step of a recipe as actions: one per item of `each`, or a single one."""

from collections.abc import Iterator, Mapping

from wasmforge.model.plan import Action, Given, SourceFile
from wasmforge.model.recipe import Recipe, Step
from wasmforge.plan.paths import inner_path
from wasmforge.plan.words import BadWordError, Scope, base_name, expand, expand_all, expand_one, mentioned

Files = dict[str, SourceFile | Given]
"""What may be laid into an action's directory, by its path there."""


def step_actions(
    recipe: Recipe, step: Step, base: str, scope: Scope, files: Files, always: tuple[str, ...]
) -> tuple[Action, ...]:
    """The actions of one step. `always` are inputs of each of them. Raises BadWordError for words that do not fit."""
    if step.each is None:
        return (_action(recipe, step, f"{base}:{step.name}", scope, files, always),) if _has_work(step, scope) else ()
    return tuple(
        _action(
            recipe,
            step,
            f"{base}:{step.name}[{item}]" if item else f"{base}:{step.name}",
            {**scope, "each": (item,)},
            files,
            always,
        )
        for item in expand(step.each, scope)
    )


def toolchain_of(step: Step, recipe: Recipe, scope: Scope) -> str:
    """The name of the toolchain that a step's command is one of. Raises BadWordError."""
    return expand_one(step.toolchain or recipe.toolchain, scope)


def names_of(recipe: Recipe) -> tuple[str, ...]:
    """Every name that the recipe's steps mention."""
    words = [
        w
        for s in recipe.steps
        for w in (
            *s.run,
            s.each or "",
            s.depfile or "",
            s.scratch or "",
            s.toolchain or recipe.toolchain,
            *s.inputs,
            *s.placeholders,
            *s.outputs.values(),
            *s.env.values(),
        )
    ]
    return mentioned((*words, *recipe.env.values()))


def _has_work(step: Step, scope: Scope) -> bool:
    """A step that names files in its command is left out when there are none of them at all."""
    lists = [n for n in mentioned(step.run) if n.startswith(("sources.", "steps."))]
    return not lists or any(scope[base_name(n, scope)] for n in lists if base_name(n, scope) in scope)


def _action(recipe: Recipe, step: Step, label: str, scope: Scope, files: Files, always: tuple[str, ...]) -> Action:
    argv = expand_all(step.run, scope)
    if not argv:
        raise BadWordError("the command has no words")
    laid = {path: files[path] for path in (*_read(recipe, step, scope, files), *always)}
    empty = {inner_path(p, "placeholder") for w in step.placeholders for p in expand(w, scope)} - laid.keys()
    return Action(
        label=label,
        step=step.name,
        argv=argv,
        toolchain=toolchain_of(step, recipe, scope),
        env={key: expand_one(value, scope) for key, value in sorted({**recipe.env, **step.env}.items())},
        sources={p: f for p, f in sorted(laid.items()) if isinstance(f, SourceFile)},
        givens=tuple(f for _, f in sorted(laid.items()) if isinstance(f, Given)),
        placeholders=tuple(sorted(empty)),
        outputs=tuple(inner_path(expand_one(path, scope)) for path in step.outputs.values()),
        depfile=inner_path(expand_one(step.depfile, scope), "depfile") if step.depfile else None,
        scratch=inner_path(expand_one(step.scratch, scope), "scratch") if step.scratch else None,
        network=step.network,
        timeout=step.timeout,
    )


def _read(recipe: Recipe, step: Step, scope: Scope, files: Mapping[str, object]) -> Iterator[str]:
    """The files a step mentions in its command or among its inputs."""
    for name in mentioned((*step.run, *step.inputs, *recipe.env.values(), *step.env.values())):
        for value in scope.get(base_name(name, scope), ()):
            if value in files:
                yield value
