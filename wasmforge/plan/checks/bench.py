"""Checks the benchmarks of forge.toml: names exist, each argument has one value. Returns all problems."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from wasmforge.errors import Problem, did_you_mean, unknown
from wasmforge.model.bench import INPUT_SOURCES, Bench, Input
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import ProjectComponent

NATIVE = "native"
"""The recipe that makes shared libraries, and knows which languages they are made of."""


def check_benches(
    where: str, declared: ProjectComponent, components: Mapping[str, ProjectComponent], catalog: Catalog
) -> Iterator[Problem]:
    """Every mistake of a component's benches; `where` is the table that has them."""
    names: set[str] = set()
    for index, bench in enumerate(declared.component.bench):
        place = f"{where}.bench.{index}"
        yield from _name(place, bench, names)
        yield from _check_compared(place, declared.name, bench, components, catalog)
        if bench.call not in declared.component.exports:
            hint = did_you_mean(bench.call, list(declared.component.exports)) or f'exports = ["{bench.call}"]'
            yield Problem(where=f"{place}.call", what=f"{bench.call!r} is none of the component's exports", hint=hint)
        if not bench.tolerance >= 0:
            yield Problem(where=f"{place}.tolerance", what="not a tolerance", hint="0 or more")
        for nth, argument in enumerate(bench.args):
            if isinstance(argument, Input):
                yield from _input(f"{place}.args.{nth}", argument)
        if bench.javascript is not None and not _inside(bench.javascript):
            what = f"{bench.javascript!r} is no file of the component's folder"
            yield Problem(where=f"{place}.javascript", what=what, hint='"bench/NAME.mjs"')


def _name(place: str, bench: Bench, names: set[str]) -> Iterator[Problem]:
    """A bench is found again by its name, in files and in another run."""
    name = bench.name or bench.call
    if not name.isprintable():
        yield Problem(
            where=f"{place}.name", what=f"{name!r} has characters that cannot be shown", hint="leave them out"
        )
    if name in names:
        what, hint = f"another bench of this component is called {name!r}", 'name = "…"'
        yield Problem(where=f"{place}.name" if bench.name else place, what=what, hint=hint)
    names.add(name)


def _check_compared(
    place: str, mine: str, bench: Bench, components: Mapping[str, ProjectComponent], catalog: Catalog
) -> Iterator[Problem]:
    """`native` and `compare-with` name components."""
    for name in dict.fromkeys(n for n in bench.compare_with if n == mine or bench.compare_with.count(n) > 1):
        yield Problem(
            where=f"{place}.compare-with", what=f"{name} takes part already", hint="name each other component once"
        )
    named = [("compare-with", name) for name in bench.compare_with] + (
        [("native", bench.native)] if bench.native else []
    )
    for key, name in named:
        if name not in components:
            yield unknown("component", name, components, where=f"{place}.{key}")
            continue
        component = components[name].component
        if bench.call not in component.exports:
            yield Problem(where=f"{place}.{key}", what=f"{name} does not export {bench.call!r}", hint="drop it")
        languages = catalog.recipes[NATIVE].languages if NATIVE in catalog.recipes else {}
        if key == "native" and component.language not in languages:
            what = f"{name} is in {component.language}, which is not compiled for this machine"
            hint = f"name a component that does the same in {', '.join(languages)}"
            yield Problem(where=f"{place}.{key}", what=what, hint=hint)
        elif key == "native" and component.needs:
            yield Problem(
                where=f"{place}.{key}", what=f"{name} needs other components", hint="name one that needs none"
            )


def _input(place: str, argument_input: Input) -> Iterator[Problem]:
    said = [key for key in INPUT_SOURCES if getattr(argument_input, key) is not None]
    if len(said) != 1:
        what = f"takes exactly one of {', '.join(INPUT_SOURCES)}; this one has {', '.join(said) or 'none'}"
        yield Problem(where=place, what=what, hint='{ random = 1024, of = "f32" }')
    if argument_input.file is not None and not _inside(argument_input.file):
        yield Problem(
            where=f"{place}.file",
            what=f"{argument_input.file!r} is no file of the component's folder",
            hint='"bench/in.bin"',
        )


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in name
