"""Who takes part in a bench: builds of components in engines, JavaScript, native libraries; and why others do not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from wasmforge.bench import contestants as make
from wasmforge.bench.contestants import Argument, Contestant
from wasmforge.bench.launching import engine_name, launching
from wasmforge.bench.race import Step, race
from wasmforge.errors import usage
from wasmforge.execute.inspect import module_of
from wasmforge.ground import Ground
from wasmforge.model.artifact import Missing
from wasmforge.model.base import Noun
from wasmforge.model.bench import Absentee, Bench, Table
from wasmforge.model.manifest import Placed
from wasmforge.model.module import FuncType, Module
from wasmforge.model.runtime import Absent
from wasmforge.natives import LEVELS, Library, cpu_of
from wasmforge.plan import Request, select
from wasmforge.plan.settled import targets_of
from wasmforge.programs import TARGETS, programs
from wasmforge.smoke.in_node import environment, found
from wasmforge.smoke.run import identity
from wasmforge.smoke.values import Unfit
from wasmforge.standing import standing
from wasmforge.trials import hands_with

HOSTS = {"node": "node", "wasmtime": "wasmtime", "wasmtime-aot": "wasmtime", "chromium": "chromium"}
"""The engines that stay between turns, and of each the runtime whose target's modules it is given."""

ENGINES = (*HOSTS, *TARGETS)
"""All engines: the others start a program for each turn."""


class Part(Noun, frozen=True, kw_only=True):
    """A build of a component that takes part in an engine; `why` is said where it is not there."""

    code: str
    engine: str
    module: str = ""
    glue: str = ""
    why: str = ""
    fix: str = ""


class Lineup:
    """The contestants of one bench. `where` is its place in forge.toml; buffers are written to `folder`.

    `missing` is what was not built.
    """

    def __init__(
        self, ground: Ground, placed: Placed, bench: Bench, folder: Path, where: str, missing: Sequence[Missing]
    ) -> None:
        self._reasons = {m.label.partition("/")[0]: m for m in missing}
        self._ground, self._placed, self._bench, self._folder, self._where = ground, placed, bench, folder, where
        self._home = ground.root / placed.folder
        self._absent: list[Absentee] = []
        self._contestants: list[Contestant] = []
        self._args: tuple[Argument, ...] = ()
        self._hands = hands_with(ground, ())

    def table(self, step: Step) -> Table:
        """Time those that were gathered."""
        kinds = tuple(a.of for a in self._args if a.kind == "buffer")
        table = race(self._placed.name, self._bench, self._contestants, kinds, self._ground.cancel, step)
        return msgspec.structs.replace(table, absent=(*self._absent, *table.absent))

    def gather(self, engines: Sequence[str], libraries: Sequence[Library]) -> None:
        """Find out who takes part. Raises ForgeError where what forge.toml says cannot be called."""
        bench = self._bench
        self._hands = hands_with(self._ground, ("node", *(e for e in engines if e in HOSTS)))
        parts = [p for n in (self._placed.name, *bench.beside) for e in built_for(engines) for p in self._parts(n, e)]
        there = [p for p in parts if not p.why]
        self._absent += [Absentee(code=p.code, engine=p.engine, why=p.why, fix=p.fix) for p in parts if p.why]
        if not there:
            return
        facts = {p.module: _facts(p) for p in there}
        kind = _kind(facts[there[0].module], bench)
        if kind is None:
            raise usage(f"the module exports no function {bench.call!r}", where=f"{self._where}.call")
        try:
            args = self._args = make.arguments(bench, kind, self._home, self._folder)
        except Unfit as e:
            raise usage(str(e), where=f"{self._where}.args") from None
        except OSError as e:
            what = f"{Path(str(e.filename)).name} cannot be read: {(e.strerror or str(e)).lower()}"
            raise usage(what, where=f"{self._where}.args") from None
        self._contestants += [*self._natives(libraries, kind, args), *self._javascript(engines, args)]
        for part in (p for p in there if p.engine in engines):
            self._contestants += self._made(part, facts[part.module], args)
        self._contestants += self._programs([e for e in engines if e in TARGETS], kind, args)

    def _parts(self, name: str, engine: str) -> Iterator[Part]:
        """The builds of a component for an engine: one for each variant."""
        mine = "wasm" if name == self._placed.name else f"wasm {name}"
        target = target_for(self._ground, name, engine)
        if target is None:
            yield Part(code=mine, engine=engine, why=f"{name} is built for no target that runs in {engine}")
            return
        pairs, missing = standing(
            self._ground,
            select(self._ground.manifest, self._ground.catalog, Request(components=(f"{name}@{target}",))),
        )
        pair = next((p for p in pairs if p[0].component == name), None)
        if left := self._reasons.get(f"{name}@{target}"):  # what is in dist is older
            yield Part(code=mine, engine=engine, why=left.reason, fix=left.fix)
            return
        if pair is None:
            why, fix = f"{name}@{target} was not built", f"wasmforge build {name} --target {target}"
            yield Part(code=mine, engine=engine, why=why, fix=missing[0].hint and fix)
            return
        delivery, artifact = pair
        for variant in delivery.variants or ("",):
            within = f"{variant}/" if variant else ""
            paths = {
                f.role: str(self._ground.root / delivery.folder / f.name)
                for f in artifact.files
                if f.name.startswith(within)
            }
            code = f"{mine} {variant}".rstrip()
            yield Part(code=code, engine=engine, module=paths["module"], glue=paths.get("glue", ""))

    def _made(self, part: Part, facts: Module, args: Sequence[Argument]) -> list[Contestant]:
        """A part as a contestant; none where it cannot be one."""
        if absent := self._engine_absent(part.engine):
            return self._left_out(part, absent.why, absent.fix)
        engine = self._identity(part.engine)
        shared = any(m.shared for m in facts.memories)
        try:
            if part.engine in {"node", "chromium"}:
                if not part.glue:
                    return self._left_out(part, "it has no JavaScript to be imported by")
                glue, tool = Path(part.glue), self._tool(part.engine)
                if part.engine == "chromium":
                    return [make.in_page(part.code, engine, tool, glue, facts, self._bench, args)]
                return [make.in_node(part.code, engine, tool, glue, facts, self._bench, args, environment())]
            if shared:
                return self._left_out(part, "Wasmtime gives modules no shared memory here")
            aot = part.engine == "wasmtime-aot"
            return [make.in_wasmtime(part.code, engine, Path(part.module), facts, self._bench, args, precompiled=aot)]
        except Unfit as e:
            return self._left_out(part, str(e), failed=True)

    def _natives(self, libraries: Sequence[Library], kind: FuncType, args: Sequence[Argument]) -> Iterator[Contestant]:
        for code in LEVELS if self._bench.native else ():
            engine = f"zig cc {cpu_of(code).partition('-')[0]}"
            library = next((x for x in libraries if x.component == self._bench.native and x.code == code), None)
            if library is None or library.why:
                why = library.why if library else "was not built"
                self._absent.append(Absentee(code=code, engine=engine, why=why, failed=True))
            else:
                yield make.natively(code, engine, Path(library.file), kind, self._bench, args)

    def _javascript(self, engines: Sequence[str], args: Sequence[Argument]) -> Iterator[Contestant]:
        """JavaScript in Node.js, and in a page if that takes part."""
        if self._bench.javascript is None:
            return
        script = self._home / self._bench.javascript
        for engine in ("node", *(e for e in engines if e == "chromium")):
            if absent := self._engine_absent(engine):
                self._absent.append(Absentee(code="javascript", engine=engine, why=absent.why, fix=absent.fix))
                continue
            name, tool = self._identity(engine), self._tool(engine)
            if engine == "node":
                yield make.in_javascript(name, tool, script, self._bench, args, environment())
            else:
                yield make.in_page("javascript", name, tool, script, None, self._bench, args)

    def _programs(self, runtimes: Sequence[str], kind: FuncType, args: Sequence[Argument]) -> Iterator[Contestant]:
        """The component as native code of runtimes that start a program for each turn."""
        hands = hands_with(self._ground, runtimes)
        here = []
        for runtime in runtimes:
            if absent := hands.absent(self._ground.catalog.runtimes[runtime]):
                self._absent.append(Absentee(code="wasm", engine=runtime, why=absent.why, fix=absent.fix))
            else:
                here.append(runtime)
        for made in programs(self._ground, self._placed, self._bench, kind, args, here, self._folder):
            code = f"wasm {made.variant}".rstrip()
            if made.why:
                self._absent.append(Absentee(code=code, engine=made.runtime, why=made.why, fix=made.fix))
                continue
            file = self._ground.catalog.runtimes[made.runtime]
            once = launching(file, hands, Path(made.file), self._folder)
            yield Contestant(code=code, engine=engine_name(file, hands), once=once)

    def _engine_absent(self, engine: str) -> Absent | None:
        if self._identity(engine):
            return None
        file = self._ground.catalog.runtimes[HOSTS[engine]]
        return self._hands.absent(file) or Absent(why=f"{engine} does not start", fix="wasmforge doctor")

    def _identity(self, engine: str) -> str:
        """`node 20.20.2`; empty when it is not there."""
        said = identity(HOSTS[engine], self._hands)
        if engine == "chromium":
            return " ".join(said.split()[:2])
        return said.replace("wasmtime", engine) if said and engine == "wasmtime-aot" else said

    def _tool(self, engine: str) -> tuple[str, ...]:
        """The words that start an engine which is there."""
        return (*found(self._hands.tool(self._ground.catalog.runtimes[HOSTS[engine]])),)

    def _left_out(self, part: Part, why: str, fix: str = "", *, failed: bool = False) -> list[Contestant]:
        self._absent.append(Absentee(code=part.code, engine=part.engine, why=why, fix=fix, failed=failed))
        return []


def _facts(part: Part) -> Module:
    return module_of(Path(part.module), Path(part.module).read_bytes())


def _kind(module: Module, bench: Bench) -> FuncType | None:
    """The type of the export that is called."""
    return next((e.type for e in module.exports if e.name == bench.call and isinstance(e.type, FuncType)), None)


def built_for(engines: Sequence[str]) -> tuple[str, ...]:
    """The engines whose modules must be there: the others at least need one to say what the call is given."""
    return tuple(e for e in engines if e in HOSTS) or tuple(HOSTS)


def target_for(ground: Ground, name: str, engine: str) -> str | None:
    """The target whose build of a component an engine is given: one made for it first of all, else any it runs."""
    host = HOSTS[engine]
    targets = [
        ground.catalog.targets[t] for t in targets_of(ground.manifest.components[name], ground.manifest, ground.catalog)
    ]
    able = [t for t in targets if host in t.runtimes]
    return min(able, key=lambda t: t.runtimes.index(host)).name if able else None
