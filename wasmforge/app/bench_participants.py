"""Collects the participants of a benchmark, and the reasons why others are skipped."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from wasmforge.app.bench_native_libraries import CPU_LEVELS, NativeLibrary, cpu_of
from wasmforge.app.bench_native_programs import TARGET_OF_ENGINE, native_programs
from wasmforge.app.delivered import find_delivered
from wasmforge.app.smoke import runtime_context_with
from wasmforge.app.workspace import Workspace
from wasmforge.bench import participants
from wasmforge.bench.one_shot import engine_name, make_launch
from wasmforge.bench.participants import EncodedArgument, Participant
from wasmforge.bench.rounds import ShowStep, run_rounds
from wasmforge.contracts.read import read_module
from wasmforge.errors import usage_error
from wasmforge.model.base import Struct
from wasmforge.model.bench import Bench, BenchResult, SkippedParticipant
from wasmforge.model.label import Label
from wasmforge.model.manifest import ProjectComponent
from wasmforge.model.module import FuncType, Module
from wasmforge.model.report import LeftOut
from wasmforge.model.runtime import UnavailableRuntime
from wasmforge.plan import Request, select
from wasmforge.plan.resolve import targets_of
from wasmforge.runtimes.arguments import BadArgumentError
from wasmforge.runtimes.program import resolve_program, runtime_environment
from wasmforge.smoke.run import identity

RUNTIME_OF_ENGINE = {"node": "node", "wasmtime": "wasmtime", "wasmtime-aot": "wasmtime", "chromium": "chromium"}
"""The engines that keep running between turns, and the runtime of each. They run what its targets deliver."""

ENGINES = (*RUNTIME_OF_ENGINE, *TARGET_OF_ENGINE)

PROFILE = "release"
"""The profile that is timed, whatever the project's own is."""


class EngineBuild(Struct, frozen=True, kw_only=True):
    """A variant of a component as it is delivered for an engine; or why it is missing, and the next step."""

    code: str
    engine: str
    module: str = ""
    glue: str = ""
    why: str = ""
    fix: str = ""


class ParticipantCollector:
    """The participants of one bench of a component.

    `place` is where forge.toml declares the bench. Buffers and programs are written to `folder`. `missing` are the
    builds that failed or were left out.
    """

    def __init__(
        self,
        workspace: Workspace,
        declared: ProjectComponent,
        bench: Bench,
        folder: Path,
        place: str,
        missing: Sequence[LeftOut],
    ) -> None:
        self._workspace, self._declared, self._bench = workspace, declared, bench
        self._folder, self._place = folder, place
        self._missing = {str(Label.parse(m.label).on_target): m for m in missing}
        self._home = workspace.root / declared.folder
        self._skipped: list[SkippedParticipant] = []
        self._participants: list[Participant] = []
        self._args: tuple[EncodedArgument, ...] = ()
        self._context = runtime_context_with(workspace, ())

    def collect(self, engines: Sequence[str], libraries: Sequence[NativeLibrary]) -> None:
        """Collect the participants. Raises ForgeError when the bench calls what is not exported, or wrongly."""
        self._context = runtime_context_with(self._workspace, ("node", *(e for e in engines if e in RUNTIME_OF_ENGINE)))
        names = (self._declared.name, *self._bench.compare_with)
        needed = engines_needing_builds(engines)
        builds = [build for name in names for engine in needed for build in self._builds(name, engine)]
        for build in builds:
            if build.why:
                self._skip(build.code, build.engine, build.why, build.fix)
        available = [b for b in builds if not b.why]
        if not available:
            return
        modules = {b.module: _read(b) for b in available}
        func_type = self._func_type(modules[available[0].module])
        self._args = self._encode_arguments(func_type)
        self._participants += [*self._native(libraries, func_type), *self._javascript(engines)]
        for build in available:
            if build.engine in engines and (participant := self._participant(build, modules[build.module])):
                self._participants.append(participant)
        self._participants += self._one_shot([e for e in engines if e in TARGET_OF_ENGINE], func_type)

    def run(self, show_step: ShowStep) -> BenchResult:
        """Time the participants that were collected."""
        element_types = tuple(a.of for a in self._args if a.kind == "buffer")
        cancel = self._workspace.cancel
        result = run_rounds(self._declared.name, self._bench, self._participants, element_types, cancel, show_step)
        return msgspec.structs.replace(result, skipped=(*self._skipped, *result.skipped))

    def _builds(self, name: str, engine: str) -> Iterator[EngineBuild]:
        """What is delivered of a component for an engine: one build for each variant."""
        code = "wasm" if name == self._declared.name else f"wasm {name}"
        target = target_for(self._workspace, name, engine)
        if target is None:
            yield EngineBuild(code=code, engine=engine, why=f"{name} is built for no target that runs in {engine}")
            return
        label = str(Label(name, target))
        request = Request(components=(label,), profile=PROFILE)
        units = select(self._workspace.manifest, self._workspace.catalog, request)
        pairs, problems = find_delivered(self._workspace, units)
        pair = next((p for p in pairs if p[0].component == name), None)
        if missing := self._missing.get(label):  # what is in dist is older
            yield EngineBuild(code=code, engine=engine, why=missing.reason, fix=missing.fix)
            return
        if pair is None:
            why, fix = f"{label} was not built", f"wasmforge build {name} --target {target}"
            yield EngineBuild(code=code, engine=engine, why=why, fix=problems[0].hint and fix)
            return
        delivery, artifact = pair
        for variant in delivery.variants or ("",):
            prefix = f"{variant}/" if variant else ""
            root = self._workspace.root / delivery.folder
            paths = {f.role: str(root / f.name) for f in artifact.files if f.name.startswith(prefix)}
            variant_code = f"{code} {variant}".rstrip()
            yield EngineBuild(code=variant_code, engine=engine, module=paths["module"], glue=paths.get("glue", ""))

    def _func_type(self, module: Module) -> FuncType:
        """The type of the export that is called."""
        for export in module.exports:
            if export.name == self._bench.call and isinstance(export.type, FuncType):
                return export.type
        raise usage_error(f"the module exports no function {self._bench.call!r}", where=f"{self._place}.call")

    def _encode_arguments(self, func_type: FuncType) -> tuple[EncodedArgument, ...]:
        where = f"{self._place}.args"
        try:
            return participants.encode_arguments(self._bench, func_type, self._home, self._folder)
        except BadArgumentError as e:
            raise usage_error(str(e), where=where) from None
        except OSError as e:
            name = Path(str(e.filename)).name
            raise usage_error(f"{name} cannot be read: {(e.strerror or str(e)).lower()}", where=where) from None

    def _participant(self, build: EngineBuild, module: Module) -> Participant | None:
        """The participant of a build; None, and skipped, when its engine cannot run it."""
        if obstacle := self._obstacle(build, module):
            self._skip(build.code, build.engine, obstacle.why, obstacle.fix)
            return None
        try:
            return self._make_participant(build, module)
        except BadArgumentError as e:
            self._skip(build.code, build.engine, str(e), failed=True)
            return None

    def _obstacle(self, build: EngineBuild, module: Module) -> UnavailableRuntime | None:
        """Why an engine cannot run a build; None when it can."""
        if unavailable := self._unavailable(build.engine):
            return unavailable
        if build.engine in {"node", "chromium"}:
            return None if build.glue else UnavailableRuntime(why="there is no JavaScript to import it by", fix="")
        if any(m.shared for m in module.memories):
            return UnavailableRuntime(why="Wasmtime has no shared memory for modules here", fix="")
        return None

    def _make_participant(self, build: EngineBuild, module: Module) -> Participant:
        """The participant of a build that its engine can run. Raises BadArgumentError."""
        code, name, bench, args = build.code, self._engine_name(build.engine), self._bench, self._args
        if build.engine == "chromium":
            tool = self._tool("chromium")
            return participants.page_participant(code, name, tool, Path(build.glue), module, bench, args)
        if build.engine == "node":
            tool, env = self._tool("node"), runtime_environment()
            return participants.node_participant(code, name, tool, Path(build.glue), module, bench, args, env)
        file, precompiled = Path(build.module), build.engine == "wasmtime-aot"
        return participants.wasmtime_participant(code, name, file, module, bench, args, precompiled=precompiled)

    def _native(self, libraries: Sequence[NativeLibrary], func_type: FuncType) -> Iterator[Participant]:
        """The component as shared libraries of this machine."""
        for code in CPU_LEVELS if self._bench.native else ():
            engine = f"zig cc {cpu_of(code).partition('-')[0]}"
            library = next((x for x in libraries if x.component == self._bench.native and x.code == code), None)
            if library is None or library.why:
                self._skip(code, engine, library.why if library else "was not built", failed=True)
                continue
            file = Path(library.file)
            yield participants.native_participant(code, engine, file, func_type, self._bench, self._args)

    def _javascript(self, engines: Sequence[str]) -> Iterator[Participant]:
        """JavaScript in Node.js, and in a page if Chromium takes part."""
        if self._bench.javascript is None:
            return
        script = self._home / self._bench.javascript
        for engine in ("node", *(e for e in engines if e == "chromium")):
            if unavailable := self._unavailable(engine):
                self._skip("javascript", engine, unavailable.why, unavailable.fix)
                continue
            name, tool, bench, args = self._engine_name(engine), self._tool(engine), self._bench, self._args
            if engine == "node":
                yield participants.javascript_participant(name, tool, script, bench, args, runtime_environment())
            else:
                yield participants.page_participant("javascript", name, tool, script, None, bench, args)

    def _one_shot(self, runtimes: Sequence[str], func_type: FuncType) -> Iterator[Participant]:
        """The component as native code of runtimes that start a program for each turn."""
        context = runtime_context_with(self._workspace, runtimes)
        files = self._workspace.catalog.runtimes
        available = []
        for runtime in runtimes:
            if unavailable := context.unavailable(files[runtime]):
                self._skip("wasm", runtime, unavailable.why, unavailable.fix)
            else:
                available.append(runtime)
        for program in native_programs(
            self._workspace, self._declared, self._bench, func_type, self._args, available, self._folder
        ):
            code = f"wasm {program.variant}".rstrip()
            if program.why:
                self._skip(code, program.runtime, program.why, program.fix)
                continue
            file = files[program.runtime]
            launch = make_launch(file, context, Path(program.file), self._folder)
            yield Participant(code=code, engine=engine_name(file, context), one_shot=launch)

    def _unavailable(self, engine: str) -> UnavailableRuntime | None:
        """Why an engine cannot be used; None when it can."""
        if self._engine_name(engine):
            return None
        unavailable = self._context.unavailable(self._workspace.catalog.runtimes[RUNTIME_OF_ENGINE[engine]])
        return unavailable or UnavailableRuntime(why=f"{engine} does not start", fix="wasmforge doctor")

    def _engine_name(self, engine: str) -> str:
        """`node 20.20.2`; empty when the engine is not available."""
        name = identity(RUNTIME_OF_ENGINE[engine], self._context)
        if engine == "chromium":
            return " ".join(name.split()[:2])
        return name.replace("wasmtime", engine) if engine == "wasmtime-aot" else name

    def _tool(self, engine: str) -> tuple[str, ...]:
        """The command that starts an engine that is available."""
        return resolve_program(self._context.tool(self._workspace.catalog.runtimes[RUNTIME_OF_ENGINE[engine]]))

    def _skip(self, code: str, engine: str, why: str, fix: str = "", *, failed: bool = False) -> None:
        self._skipped.append(SkippedParticipant(code=code, engine=engine, why=why, fix=fix, failed=failed))


def _read(build: EngineBuild) -> Module:
    return read_module(Path(build.module), Path(build.module).read_bytes())


def engines_needing_builds(engines: Sequence[str]) -> tuple[str, ...]:
    """The engines that run what is in dist; if there is none, all such engines, since a module has the call's type."""
    return tuple(e for e in engines if e in RUNTIME_OF_ENGINE) or tuple(RUNTIME_OF_ENGINE)


def target_for(workspace: Workspace, name: str, engine: str) -> str | None:
    """The target whose build of a component an engine runs: the one that lists its runtime first; None without any."""
    runtime = RUNTIME_OF_ENGINE[engine]
    names = targets_of(workspace.manifest.components[name], workspace.manifest, workspace.catalog)
    suitable = [t for t in (workspace.catalog.targets[n] for n in names) if runtime in t.runtimes]
    return min(suitable, key=lambda t: t.runtimes.index(runtime)).name if suitable else None
