"""A program on PATH: every candidate is probed, and the first that will do is taken."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.execute.origins.held import held
from wasmforge.execute.origins.probe import Unfit, ask_real, probe
from wasmforge.model.toolchain import Origin, Toolchain


def path(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The first `origin.program` on PATH that is new enough and can do what is asked of it."""
    name = origin.program or toolchain.name
    for candidate in candidates(name):
        try:
            return _there(name, candidate, origin, context)
        except Unfit as e:
            note(str(candidate), str(e))
    raise NotThere(f"no {name}{_wanted(origin)} on PATH", origin.fix)


def candidates(program: str) -> Iterator[Path]:
    """Every executable of that name on PATH, each file once; `$NAME/…` is looked for where that variable says."""
    seen = set()
    for candidate in places(program):
        if candidate.is_file() and os.access(candidate, os.X_OK) and candidate.resolve() not in seen:
            seen.add(candidate.resolve())
            yield candidate


def places(program: str) -> Iterator[Path]:
    """Every path where a program of that name would be found, there or not."""
    variable, _, rest = program.partition("/")
    named = variable.startswith("$")
    for folder in os.environ.get(variable[1:] if named else "PATH", "").split(os.pathsep):
        if folder:
            yield (Path(folder) / (rest if named else program)).absolute()


def _there(name: str, candidate: Path, origin: Origin, context: Context) -> There:
    """This candidate as the toolchain. Raises Unfit when it will not do."""
    real = ask_real(candidate, origin.real, context) if origin.real else None
    program = candidate if real is None else real if real.is_file() else real / "bin" / name
    if not program.is_file():
        raise Unfit(f"says it lives in {real}, where there is no bin/{name}")
    others = {other: _first(other) for other in origin.also}
    said = probe(program, origin, context, others)
    if origin.at_least and numbers(said.version) < numbers(origin.at_least):
        raise Unfit(f"version {said.version} is older than {origin.at_least}")
    if origin.alike and (other := unlike(program.name, said.version, said.versions)):
        raise Unfit(other)
    scope = {"program": (str(program),), "bin": (str(program.parent),)}
    scope.update({"real": (str(real),)} if real else {})
    scope.update({f"also.{other}": (str(place),) for other, place in others.items()})
    return There(
        identity=f"{program.name} {said.identity}{held(origin, scope)}",
        location=str(program),
        scope=scope,
        versions={program.name: said.version, **said.versions},
    )


def _first(program: str) -> Path:
    found = next(candidates(program), None)
    if found is None:
        raise Unfit(f"there is no {program} beside it on PATH")
    return found


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that compare."""
    return tuple(int(n) for n in re.findall(r"\d+", version))


def unlike(program: str, version: str, others: Mapping[str, str]) -> str:
    """Why programs that must be of one version are not; empty when they are, as far as they tell."""
    found = next((f"{name} {told}" for name, told in others.items() if told != version), "")
    return f"{program} is {version}, and {found}: they must be of one version" if found else ""


def _wanted(origin: Origin) -> str:
    return f" {origin.at_least} or later" if origin.at_least else ""
