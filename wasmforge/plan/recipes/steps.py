"""Makes the actions of one step: one per item of `each`, or a single one."""

from collections.abc import Iterator, Mapping

from wasmforge.model.plan import Action, GeneratedInput, SourceFile
from wasmforge.model.recipe import Recipe, Step, Templates
from wasmforge.model.root_paths import as_told
from wasmforge.plan.paths import inner_path
from wasmforge.plan.recipes.scope import variables_of, with_list_words, with_lists
from wasmforge.plan.recipes.template import Scope, TemplateError, base_name, expand, expand_all, expand_one, mentioned

FILE_PREFIXES = ("sources.", "steps.", "given.", "needs", "files.")
"""The beginnings of names that stand for files."""

Files = dict[str, SourceFile | GeneratedInput]
"""Files that an action may have as inputs, by path in its directory."""


def step_actions(
    recipe: Recipe, step: Step, base: str, scope: Scope, files: Files, always: tuple[str, ...]
) -> tuple[Action, ...]:
    """The actions of one step. `always` are inputs of each of them. Raises TemplateError."""
    if not _has_work(recipe, step, scope):
        return ()
    if step.each is None:
        return (_action(recipe, step, f"{base}:{step.name}", scope, files, always),)
    return tuple(
        _action(
            recipe,
            step,
            f"{base}:{step.name}[{as_told(item)}]" if item else f"{base}:{step.name}",
            {**scope, "each": (item,)},
            files,
            always,
        )
        for item in expand(step.each, with_lists(recipe, (step.each,), scope))
    )


def toolchain_of(step: Step, recipe: Recipe, scope: Scope) -> str:
    """The name of the toolchain of a step's command. Raises TemplateError."""
    return expand_one(step.toolchain or recipe.toolchain, scope)


def names_mentioned(recipe: Recipe) -> tuple[str, ...]:
    """Every name that the recipe's steps mention."""
    templates: list[str | tuple[str, ...]] = []
    for step in recipe.steps:
        paths = (step.depfile, step.scratch, *step.depfiles, *step.placeholders, *step.outputs.values())
        templates += (word for word in (step.each, step.toolchain or recipe.toolchain, *paths) if word)
        templates += (*step.run, *step.inputs, *variables_of(recipe, step).values())
    return mentioned(with_list_words(recipe, templates))


def _has_work(recipe: Recipe, step: Step, scope: Scope) -> bool:
    """A step that names files in its command is left out when there are none of them at all."""
    words = with_list_words(recipe, (*step.run, step.each or ""))
    names = {base_name(n, scope) for n in mentioned(words)}
    lists = [n for n in names if n == "files" or n.startswith(("sources.", "steps.", "given.", "needs.archives"))]
    return not lists or any(scope[n] for n in lists if n in scope)


def _action(recipe: Recipe, step: Step, label: str, scope: Scope, files: Files, always: tuple[str, ...]) -> Action:
    words = (*step.run, *step.inputs, *variables_of(recipe, step).values())

    def is_file(name: str) -> bool:
        if name.startswith(FILE_PREFIXES):
            return True
        return not name.startswith("lists.") and any(v in files for v in scope.get(name, ()))

    scope = with_lists(recipe, words, scope, is_file)
    argv = expand_all(step.run, scope, is_file)
    if not argv:
        raise TemplateError("the command has no words")
    inputs = {path: files[path] for path in (*_read(with_list_words(recipe, words), scope, files), *always)}
    empty = {inner_path(p, "placeholder") for w in step.placeholders for p in expand(w, scope)} - inputs.keys()
    return Action(
        label=label,
        step=step.name,
        argv=argv,
        toolchain=toolchain_of(step, recipe, scope),
        env={key: expand_one(value, scope) for key, value in sorted(variables_of(recipe, step).items())},
        sources={p: f for p, f in sorted(inputs.items()) if isinstance(f, SourceFile)},
        generated_inputs=tuple(f for _, f in sorted(inputs.items()) if isinstance(f, GeneratedInput)),
        placeholders=tuple(sorted(empty)),
        outputs=tuple(inner_path(expand_one(path, scope)) for path in step.outputs.values()),
        depfile=inner_path(expand_one(step.depfile, scope), "depfile") if step.depfile else None,
        depfiles=tuple(inner_path(each, "depfiles") for each in expand_all(step.depfiles, scope)),
        scratch=inner_path(expand_one(step.scratch, scope), "scratch") if step.scratch else None,
        network=step.network,
        note=step.note,
        timeout=step.timeout,
    )


def _read(templates: Templates, scope: Scope, files: Mapping[str, object]) -> Iterator[str]:
    """The files that these words mention. Of what libraries give, words are folders, or paths in a folder."""
    for name in mentioned(templates):
        base = base_name(name, scope)
        for value in scope.get(base, ()):
            if value in files:
                yield value
            elif base in ("needs.includes", "needs.archives"):
                yield from (p for p in files if p.startswith(f"{value}/") or value.startswith(f"{p}/"))
