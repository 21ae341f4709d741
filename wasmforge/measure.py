"""The story of `wasmforge bench`: what is built for it, who takes part, and what came of it; times nothing itself."""

import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from wasmforge.bench.race import Step
from wasmforge.errors import ForgeError, Problem, did_you_mean, usage
from wasmforge.ground import Ground, Settings, Tell
from wasmforge.lineup import ENGINES, Lineup, built_for, target_for
from wasmforge.load import located
from wasmforge.model.artifact import Missing, Report
from wasmforge.model.base import Noun
from wasmforge.model.bench import Benched, Input
from wasmforge.model.manifest import Placed
from wasmforge.natives import Library
from wasmforge.plan import Request

UNASKED = ("node", "wasmtime", "iwasm-aot", "wasmedge-aot")
"""Those that take part if none is named: the code of the others is the same, loaded in another way."""


class Asked(Noun, frozen=True, kw_only=True):
    """What the command line wants timed: components (all that have a bench, if empty), engines, rounds."""

    components: tuple[str, ...] = ()
    engines: tuple[str, ...] = UNASKED
    repeats: int | None = None


def chosen(ground: Ground, asked: Asked) -> list[Placed]:
    """The components whose benches are run. Raises ForgeError for words and files that are none, or without a bench."""
    known = ground.manifest.components
    for name in asked.components:
        if name not in known:
            raise usage(f"unknown component {name!r}", hint=did_you_mean(name, [*known]))
        if not known[name].component.bench:
            have = ", ".join(n for n, p in known.items() if p.component.bench) or "no component has one"
            raise usage(f"{name} has no bench", hint=f"add [[components.{name}.bench]]; now: {have}")
    for engine in asked.engines:
        if engine not in ENGINES:
            raise usage(f"unknown engine {engine!r}", where="--engine", hint=did_you_mean(engine, [*ENGINES]))
    placed = [p for n, p in known.items() if p.component.bench and (not asked.components or n in asked.components)]
    if not placed:
        raise usage("no component has a bench", hint="add [[components.NAME.bench]], see docs/benchmarks.md")
    if problems := [problem for one in placed for problem in _missing(ground, one)]:
        raise ForgeError(*problems)
    return placed


def to_build(settings: Settings, asked: Asked, tell: Tell) -> tuple[Request, tuple[str, ...]]:
    """What must stand in dist before anything is timed, and the components that are needed as native libraries."""
    ground = Ground(settings, tell)
    labels: dict[str, None] = {}
    libraries: dict[str, None] = {}
    with located(ground.root):
        placed = chosen(ground, asked)
    for one in placed:
        for bench in one.component.bench:
            if bench.native:
                libraries[bench.native] = None
            for name in (one.name, *bench.beside):
                targets = (target_for(ground, name, e) for e in built_for(asked.engines))
                labels.update({f"{name}@{t}": None for t in targets if t})
    return Request(components=tuple(labels), profile="release"), tuple(libraries)


def unbuilt(report: Report) -> tuple[Missing, ...]:
    """What is not as it should be in dist, though something older may be there: left out, failed, or broken."""
    failed = tuple(Missing(label=label, reason="could not be built") for label in report.skipped)
    return (*report.missing, *failed)


def measure(
    settings: Settings,
    asked: Asked,
    missing: Sequence[Missing],
    libraries: Sequence[Library],
    tell: Tell,
    step: Step,
) -> Benched:
    """Time every bench that is asked for, once all are gathered; `missing` is what was not built.

    `step` is told what is being done.
    """
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ground = Ground(settings, tell)
    lineups = []
    with ExitStack() as folders, located(ground.root):
        for placed in chosen(ground, asked):
            for index, bench in enumerate(placed.component.bench):
                repeats = bench.repeats if asked.repeats is None else asked.repeats
                timed = msgspec.structs.replace(bench, repeats=repeats)
                folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="wf-")))
                lineups.append(Lineup(ground, placed, timed, folder, _where(placed, index), missing))
                lineups[-1].gather(asked.engines, libraries)
        return Benched(machine=machine(), date=date, tables=tuple(lineup.table(step) for lineup in lineups))


def _where(placed: Placed, index: int) -> str:
    return f"{placed.file}: components.{placed.name}.bench.{index}"


def _missing(ground: Ground, placed: Placed) -> Iterator[Problem]:
    """Files that the benches of a component name, and that are not there."""
    for index, bench in enumerate(placed.component.bench):
        named = {f"args.{n}.file": a.file for n, a in enumerate(bench.args) if isinstance(a, Input) and a.file}
        for key, name in {**named, **({"javascript": bench.javascript} if bench.javascript else {})}.items():
            if not (ground.root / placed.folder / name).is_file():
                yield Problem(where=f"{_where(placed, index)}.{key}", what=f"{placed.folder}/{name} is no file")


def machine() -> str:
    """`AMD EPYC 7B13, 2 of 2 processors, Linux 6.1, x86_64`."""
    names = [platform.processor()]
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")] or names
    except OSError:
        pass
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    said = (names[0], f"{here} processors", f"{platform.system()} {platform.release()}", platform.machine())
    return ", ".join(s for s in said if s)
