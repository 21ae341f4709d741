"""Origin `path`: a program on PATH; every candidate is probed, the first suitable one is taken."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from wasmforge.model.toolchain import PathOrigin, Toolchain
from wasmforge.toolchains.contents import contents, outermost, required_files
from wasmforge.toolchains.lookups import Lookups
from wasmforge.toolchains.origins.base import Finder, Note, OriginContext, OriginFound, OriginUnavailable
from wasmforge.toolchains.probe import ProgramRejected, probe, resolve_real_path


class PathFinder(Finder):
    """Programs on PATH."""

    def find(self, toolchain: Toolchain, origin: PathOrigin, context: OriginContext, note: Note) -> OriginFound:
        """The first `origin.program` on PATH that is new enough and can do what is asked of it."""
        name = origin.program or toolchain.name
        for candidate in candidates(name, context.lookups):
            try:
                return _find(name, candidate, origin, context)
            except ProgramRejected as e:
                note(str(candidate), str(e))
        raise OriginUnavailable(f"no {name}{_requirement(origin)} on PATH", origin.fix)

    def commands(self, origin: PathOrigin) -> Iterator[tuple[str, ...]]:
        """What the program is asked."""
        for arguments in (origin.probe, origin.real, *(t.run for t in origin.tries)) if origin.program else ():
            if arguments:
                yield (str(origin.program), *arguments)


def candidates(program: str, lookups: Lookups) -> Iterator[Path]:
    """Every executable of that name on PATH, each file once; `$NAME/…` is looked for where that variable says."""
    seen = set()
    for candidate in search_folders(program):
        lookups.probed(candidate)
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK) and candidate.resolve() not in seen:  # noqa: PTH113
            seen.add(candidate.resolve())
            yield candidate


def search_folders(program: str) -> Iterator[Path]:
    """Every path where a program of that name would be found, there or not."""
    variable, _, rest = program.partition("/")
    named = variable.startswith("$")
    for folder in os.environ.get(variable[1:] if named else "PATH", "").split(os.pathsep):
        if folder:
            yield (Path(folder) / (rest if named else program)).absolute()


def _find(name: str, candidate: Path, origin: PathOrigin, context: OriginContext) -> OriginFound:
    """This candidate as the toolchain. Raises ProgramRejected when it will not do."""
    real = resolve_real_path(candidate, origin.real, context) if origin.real else None
    program = candidate if real is None else real if real.is_file() else real / "bin" / name
    if real is not None:
        context.lookups.probed(program)
    if not program.is_file():
        raise ProgramRejected(f"says it lives in {real}, where there is no bin/{name}")
    others = {other: _first(other, context.lookups) for other in origin.also}
    scope = {"program": (str(program),), "bin": (str(program.parent),), "folder": (str(program.resolve().parent),)}
    scope.update({"real": (str(real),)} if real else {})
    scope.update({f"also.{other}": (str(place),) for other, place in others.items()})
    parts = contents(origin, scope, (program, *others.values()), context)
    said = probe(program, origin, context, others, parts)
    if origin.at_least and version_tuple(said.version) < version_tuple(origin.at_least):
        raise ProgramRejected(f"version {said.version} is older than {origin.at_least}")
    if origin.alike and (other := version_mismatch(program.name, said.version, said.versions)):
        raise ProgramRejected(other)
    versions = {program.name: said.version, **{n: said.versions[n] for n in others if n in said.versions}}
    return OriginFound(
        description=", ".join(f"{name} {version}" for name, version in versions.items()),
        location=str(program),
        scope=scope,
        versions=versions,
        contents=outermost((*parts, *required_files(origin, scope, context))),
    )


def _first(program: str, lookups: Lookups) -> Path:
    found = next(candidates(program, lookups), None)
    if found is None:
        raise ProgramRejected(f"there is no {program} beside it on PATH")
    return found


def version_tuple(version: str) -> tuple[int, ...]:
    """A version as numbers that compare."""
    return tuple(int(n) for n in re.findall(r"\d+", version))


def version_mismatch(program: str, version: str, others: Mapping[str, str]) -> str:
    """Why programs that must be of one version are not; empty when they are, as far as they tell."""
    found = next((f"{name} {other_version}" for name, other_version in others.items() if other_version != version), "")
    return f"{program} is {version}, and {found}: they must be of one version" if found else ""


def _requirement(origin: PathOrigin) -> str:
    return f" {origin.at_least} or later" if origin.at_least else ""
