"""Proves that what a step writes has a path: one that stays in its directory, and another one for each item."""

from collections.abc import Iterator

from wasmforge.errors import Problem
from wasmforge.model.recipe import Step
from wasmforge.plan.arity import MANY, Arities, Samples
from wasmforge.plan.paths import inner_path
from wasmforge.plan.words import JOINS, BadWordError, Scope, base_name, expand, mentioned

FILES = ("sources.", "steps.", "given.", "needs", "files.")
"""What names of files begin with."""


def lint_paths(where: str, step: Step, known: Arities, samples: Samples) -> Iterator[Problem]:
    """The mistakes in a step's `outputs`, `depfile`, `scratch` and `inputs`; its words must have been found right."""
    scope = dict(samples)
    if step.each is not None and not any(_loose(n, known, samples) for n in mentioned((step.each,))):
        scope["each"] = expand(step.each, scope)
    names = {**known, "each": frozenset({1})}
    taken = {p for n, paths in samples.items() if n.startswith(FILES) for p in paths}
    for key, template in _outputs(step):
        yield from _written(f"{where}.{key}", template, names, scope, taken)
    for key, template in _alone(step):
        yield from _written(f"{where}.{key}", template, names, scope, set())
    yield from _in_scratch(where, step)
    for path in sorted({p for p in step.outputs.values() if [*step.outputs.values()].count(p) > 1}):
        yield Problem(where=f"{where}.outputs", what=f"two outputs are written to {path!r}")
    if step.each is not None and _several(step.each, known):
        for key, template in _outputs(step):
            if not any(base_name(n, names) == "each" for n in mentioned((template,))):
                what = "every item would write the same file"
                yield Problem(where=f"{where}.{key}", what=what, hint="mention {each}")
    for word in step.inputs:
        mentions = mentioned((word,))
        if word not in {f"{{{n}}}" for n in mentions} or not base_name(mentions[0], names).startswith((*FILES, "each")):
            hint = "name a list of files: {sources.GROUP}, {steps.STEP.ROLE}"
            yield Problem(where=f"{where}.inputs", what=f"{word!r} is no list of files", hint=hint)


def _outputs(step: Step) -> Iterator[tuple[str, str]]:
    for role, template in step.outputs.items():
        yield f"outputs.{role}", template


def _alone(step: Step) -> Iterator[tuple[str, str]]:
    """What no other step reads."""
    named = (("depfile", step.depfile), ("scratch", step.scratch), *(("placeholders", p) for p in step.placeholders))
    yield from ((key, template) for key, template in named if template)


def _in_scratch(where: str, step: Step) -> Iterator[Problem]:
    """What is taken after the command must be what the command wrote."""
    for key, template in (*_outputs(step), *(("depfile", d) for d in (step.depfile,) if d)):
        if step.scratch and template.startswith(f"{step.scratch.rstrip('/')}/"):
            what = f"{template!r} is in the scratch folder, where an old one may lie"
            yield Problem(where=f"{where}.{key}", what=what, hint="write it elsewhere")


def _written(where: str, template: str, names: Arities, scope: Scope, taken: set[str]) -> Iterator[Problem]:
    """Try a path on everything that its names can stand for."""
    for name in mentioned((template,)):
        if _loose(name, names, scope):
            yield Problem(where=where, what=f"{{{name}}} may be any text, which is no path")
            return
    try:
        paths = [inner_path(p, "the path") for p in expand(template, scope)]
    except BadWordError as e:
        yield Problem(where=where, what=str(e))
        return
    if any(p in taken for p in paths):
        yield Problem(where=where, what=f"{template!r} is written over a file that is read", hint='"{each}.o"')


def _loose(name: str, names: Arities, scope: Scope) -> bool:
    """May this be text that no list of samples can stand for?"""
    base = base_name(name, names)
    return base not in scope or (base != name and name.rpartition(".")[2] in JOINS)


def _several(template: str, known: Arities) -> bool:
    """May this stand for more than one word?"""
    return any(
        MANY in known[base_name(n, known)] and not (n not in known and n.rpartition(".")[2] in JOINS)
        for n in mentioned((template,))
    )
