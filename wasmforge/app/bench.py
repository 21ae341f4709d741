"""Runs benchmarks: selects them, builds what they need, collects the participants, times them. Returns the results."""

import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from wasmforge.app.bench_native_libraries import NativeLibrary, native_libraries
from wasmforge.app.bench_participants import ENGINES, PROFILE, ParticipantCollector, engines_needing_builds, target_for
from wasmforge.app.build import build
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.bench.rounds import ShowStep
from wasmforge.config import with_lines_of
from wasmforge.config.paths import escape_problem
from wasmforge.errors import ForgeError, Problem, unknown, usage_error
from wasmforge.model.base import Struct
from wasmforge.model.bench import BenchRun, Input
from wasmforge.model.label import Label
from wasmforge.model.manifest import ProjectComponent
from wasmforge.model.report import LeftOut, Report
from wasmforge.plan import Request

DEFAULT_ENGINES = ("node", "wasmtime", "iwasm-aot", "wasmedge-aot")
"""The engines if none is named; the others run the same code, loaded in another way."""


class BenchRequest(Struct, frozen=True, kw_only=True):
    """What to time: components (if empty, all that have a bench), engines, and how many rounds, if not as declared."""

    components: tuple[str, ...] = ()
    engines: tuple[str, ...] = DEFAULT_ENGINES
    repeats: int | None = None


def run_bench(
    settings: Settings, request: BenchRequest, emit: EventSink, show_step: ShowStep
) -> tuple[Report, BenchRun]:
    """Build what the requested benches need, then time them. Returns the report of the build, and the results.

    `show_step` shows what is being done. Raises ForgeError for mistakes in the request or in forge.toml.
    """
    workspace = Workspace(settings, emit)
    with with_lines_of(workspace.root):
        selected = select_benchmarks(workspace, request)
    show_step("building")
    report = build(settings, _build_request(workspace, selected, request.engines), emit)
    names = dict.fromkeys(b.native for c in selected for b in c.component.bench if b.native)
    libraries = native_libraries(settings, names, emit)
    return report, _time(Workspace(settings, emit), request, _missing_builds(report), libraries, show_step)


def select_benchmarks(workspace: Workspace, request: BenchRequest) -> list[ProjectComponent]:
    """The components whose benches are requested. Raises ForgeError for unknown names and missing files."""
    components = workspace.manifest.components
    with_bench = [name for name, c in components.items() if c.component.bench]
    for name in request.components:
        if name not in components:
            raise ForgeError(unknown("component", name, components))
        if name not in with_bench:
            existing = ", ".join(with_bench) or "no component has one"
            raise usage_error(f"{name} has no bench", hint=f"add [[components.{name}.bench]]; now: {existing}")
    for engine in request.engines:
        if engine not in ENGINES:
            raise ForgeError(unknown("engine", engine, ENGINES, where="--engine"))
    selected = [components[n] for n in with_bench if not request.components or n in request.components]
    if not selected:
        raise usage_error("no component has a bench", hint="add [[components.NAME.bench]], see docs/benchmarks.md")
    if problems := [problem for c in selected for problem in _missing_files(workspace, c)]:
        raise ForgeError(*problems)
    return selected


def _build_request(workspace: Workspace, selected: Sequence[ProjectComponent], engines: Sequence[str]) -> Request:
    """The build of everything that engines take from dist."""
    labels: dict[str, None] = {}
    for declared in selected:
        for bench in declared.component.bench:
            for name in (declared.name, *bench.compare_with):
                targets = (target_for(workspace, name, e) for e in engines_needing_builds(engines))
                labels.update({str(Label(name, t)): None for t in targets if t})
    return Request(components=tuple(labels), profile=PROFILE)


def _missing_builds(report: Report) -> tuple[LeftOut, ...]:
    """What was left out, failed, or breaks its contract: dist may have an older version of it, which is not timed."""
    failed = tuple(LeftOut(label=label, reason="could not be built") for label in report.skipped)
    withheld = tuple(LeftOut(label=label, reason="breaks its contract") for label in report.withheld)
    return (*report.left_out, *failed, *withheld)


def _time(
    workspace: Workspace,
    request: BenchRequest,
    missing: Sequence[LeftOut],
    libraries: Sequence[NativeLibrary],
    show_step: ShowStep,
) -> BenchRun:
    """Collect the participants of all requested benches, then time one bench after the other."""
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    collectors = []
    with ExitStack() as folders, with_lines_of(workspace.root):
        for declared in select_benchmarks(workspace, request):
            for index, bench in enumerate(declared.component.bench):
                repeats = bench.repeats if request.repeats is None else request.repeats
                timed = msgspec.structs.replace(bench, repeats=repeats)
                folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="wf-")))
                place = _place(declared, index)
                collector = ParticipantCollector(workspace, declared, timed, folder, place, missing)
                collector.collect(request.engines, libraries)
                collectors.append(collector)
        results = tuple(collector.run(show_step) for collector in collectors)
    return BenchRun(machine=machine(), date=date, results=results)


def _place(declared: ProjectComponent, index: int) -> str:
    return f"{declared.file}: components.{declared.name}.bench.{index}"


def _missing_files(workspace: Workspace, declared: ProjectComponent) -> Iterator[Problem]:
    """A problem for each file that the benches of a component name and that does not exist."""
    home = workspace.root / declared.folder
    for index, bench in enumerate(declared.component.bench):
        files = {f"args.{n}.file": a.file for n, a in enumerate(bench.args) if isinstance(a, Input) and a.file}
        if bench.javascript:
            files["javascript"] = bench.javascript
        for key, name in files.items():
            where = f"{_place(declared, index)}.{key}"
            if problem := escape_problem(home, home, name, where):
                yield problem
            elif not (home / name).is_file():
                yield Problem(where=where, what=f"{declared.folder}/{name} is not a file")


def machine() -> str:
    """`AMD EPYC 7B13, 2 processors, Linux 6.1, x86_64`."""
    names = [platform.processor()]
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")] or names
    except OSError:
        pass
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = (names[0], f"{usable} processors", f"{platform.system()} {platform.release()}", platform.machine())
    return ", ".join(part for part in parts if part)
