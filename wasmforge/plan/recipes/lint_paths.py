"""Proves that a step writes to paths in its directory, a different one for each item."""

from collections.abc import Iterator

from wasmforge.errors import Problem
from wasmforge.model.recipe import Recipe, Step
from wasmforge.plan.paths import inner_path
from wasmforge.plan.recipes.arity import MANY, Arities, ExampleValues
from wasmforge.plan.recipes.steps import FILE_PREFIXES
from wasmforge.plan.recipes.template import JOINS, Scope, TemplateError, base_name, expand, mentioned


def lint_paths(where: str, recipe: Recipe, step: Step, known: Arities, samples: ExampleValues) -> Iterator[Problem]:
    """The mistakes in a step's `outputs`, `depfile`, `depfiles`, `scratch` and `inputs`.

    Its words must be valid.
    """
    scope = dict(samples)
    if step.each is not None and not any(_is_open_ended(n, known, samples) for n in mentioned((step.each,))):
        scope["each"] = expand(step.each, scope)
    names = {**known, "each": frozenset({1})}
    taken = {p for n, paths in samples.items() if n.startswith(FILE_PREFIXES) for p in paths}
    for key, template in _outputs(step):
        yield from _check_path(f"{where}.{key}", template, names, scope, taken)
    for key, template in _private_paths(step):
        yield from _check_path(f"{where}.{key}", template, names, scope, set())
    yield from _in_scratch(where, step)
    for path in sorted({p for p in step.outputs.values() if [*step.outputs.values()].count(p) > 1}):
        yield Problem(where=f"{where}.outputs", what=f"two outputs are written to {path!r}")
    if step.each is not None and _may_be_several(step.each, known):
        for key, template in _outputs(step):
            if not any(base_name(n, names) == "each" for n in mentioned((template,))):
                what = "every item would write the same file"
                yield Problem(where=f"{where}.{key}", what=what, hint="mention {each}")
    for word in step.inputs:
        if not _is_list_of_files(word, recipe, names):
            hint = "name a list of files: {sources.GROUP}, {steps.STEP.ROLE}"
            yield Problem(where=f"{where}.inputs", what=f"{word!r} is not a list of files", hint=hint)


def _is_list_of_files(word: str | tuple[str, ...], recipe: Recipe, names: Arities) -> bool:
    """Whether a word stands for files and nothing else: `{sources.units}`, or a list of such words."""
    if not isinstance(word, str) or word not in {f"{{{name}}}" for name in mentioned((word,))}:
        return False
    name = word[1:-1]
    if name.startswith("lists."):
        words = recipe.lists.get(name.removeprefix("lists."), ())
        return bool(words) and all(_is_list_of_files(inner, recipe, names) for inner in words)
    return base_name(name, names).startswith((*FILE_PREFIXES, "each"))


def _outputs(step: Step) -> Iterator[tuple[str, str]]:
    for role, template in step.outputs.items():
        yield f"outputs.{role}", template


def _private_paths(step: Step) -> Iterator[tuple[str, str]]:
    """Paths that no other step reads."""
    many = (*(("depfiles", d) for d in step.depfiles), *(("placeholders", p) for p in step.placeholders))
    named = (("depfile", step.depfile), ("scratch", step.scratch), *many)
    yield from ((key, template) for key, template in named if template)


def _in_scratch(where: str, step: Step) -> Iterator[Problem]:
    """Outputs must be outside the scratch folder, where files of earlier runs are."""
    for key, template in (*_outputs(step), *(("depfile", d) for d in (step.depfile,) if d)):
        if step.scratch and template.startswith(f"{step.scratch.rstrip('/')}/"):
            what = f"{template!r} is in the scratch folder, which may have an old one"
            yield Problem(where=f"{where}.{key}", what=what, hint="write it elsewhere")


def _check_path(where: str, template: str, names: Arities, scope: Scope, taken: set[str]) -> Iterator[Problem]:
    """Try a path on everything that its names can stand for."""
    for name in mentioned((template,)):
        if _is_open_ended(name, names, scope):
            yield Problem(where=where, what=f"{{{name}}} may be any text, also none that is a path")
            return
    try:
        paths = [inner_path(p, "the path") for p in expand(template, scope)]
    except TemplateError as e:
        yield Problem(where=where, what=str(e))
        return
    if any(p in taken for p in paths):
        yield Problem(where=where, what=f"{template!r} would overwrite a file that is read", hint='"{each}.o"')


def _is_open_ended(name: str, names: Arities, scope: Scope) -> bool:
    """Whether this may be any text, so that there are no examples of it."""
    base = base_name(name, names)
    return base not in scope or (base != name and name.rpartition(".")[2] in JOINS)


def _may_be_several(template: str, known: Arities) -> bool:
    """Whether this may stand for more than one word."""
    return any(
        MANY in known[base_name(n, known)] and not (n not in known and n.rpartition(".")[2] in JOINS)
        for n in mentioned((template,))
    )
