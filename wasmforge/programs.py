"""Components in C, C++ and Zig as programs that time themselves, in native code for runtimes that only start programs.

A `main` is written beside a copy of a component's sources, and the whole is built as a command for a target whose
recipe and passes do the rest. Nothing of it is delivered.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from wasmforge.apart import make_apart
from wasmforge.bench.contestants import Argument
from wasmforge.bench.main_in_c import FILE, main_in_c
from wasmforge.ground import Ground
from wasmforge.model.base import Noun
from wasmforge.model.bench import Bench
from wasmforge.model.manifest import Placed
from wasmforge.model.module import FuncType
from wasmforge.plan import Wanted
from wasmforge.plan.settled import as_variant, settle

TARGETS = {"iwasm-aot": "wamr", "wasmedge-aot": "wasmedge"}
"""By runtime, the target that native code for it is made by."""

LANGUAGES = ("c", "c++", "zig")
"""Those whose recipe also compiles a `main` in C."""


class Program(Noun, frozen=True, kw_only=True):
    """A program for a runtime, of one variant; or why there is none, and what would help."""

    variant: str
    runtime: str
    file: str = ""
    why: str = ""
    fix: str = ""


def programs(
    ground: Ground,
    placed: Placed,
    bench: Bench,
    kind: FuncType,
    args: Sequence[Argument],
    runtimes: Iterable[str],
    folder: Path,
) -> Iterator[Program]:
    """One for each variant and runtime; laid into `folder`."""
    variants = tuple(placed.component.variants) or ("",)
    chosen = tuple(runtimes)
    if why := _unfit(placed):
        yield from (Program(variant=v, runtime=r, why=why) for r in chosen for v in variants)
        return
    home = _sources(ground, placed, main_in_c(bench.call, kind, args, [_size(a) for a in args if a.kind == "buffer"]))
    for runtime in chosen:
        wanted = {v: _wanted(ground, placed, home, TARGETS[runtime], v) for v in variants}
        for variant, made in make_apart(ground, wanted, "aot").items():
            if made.blob is None:
                yield Program(variant=variant, runtime=runtime, why=made.why, fix=made.fix)
                continue
            file = folder / f"{runtime}-{variant}{Path(made.name).suffix}"
            ground.store.lay(made.blob, file)
            yield Program(variant=variant, runtime=runtime, file=str(file))


def _unfit(placed: Placed) -> str:
    """Why a component cannot become such a program; empty when it can."""
    component = placed.component
    if component.language not in LANGUAGES:
        return f"only components in {', '.join(LANGUAGES)} become programs that time themselves"
    if component.needs or component.recipe:
        return "its recipe or what it needs is not made for programs that time themselves"
    if "threads" in component.features:
        return "such programs have one thread"
    return ""


def _size(argument: Argument) -> int:
    return Path(argument.value).stat().st_size


def _sources(ground: Ground, placed: Placed, main: str) -> str:
    """A copy of the component's folder with the `main` in it; its path from the root."""
    home = ground.project.state / "bench" / "programs" / placed.name
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(ground.root / placed.folder, home, ignore=shutil.ignore_patterns(".*", "target", "node_modules"))
    (home / FILE).write_text(main)
    return home.relative_to(ground.root).as_posix()


def _wanted(ground: Ground, placed: Placed, home: str, target: str, variant: str) -> Wanted:
    """The component as a command for a target, compiled ahead of time."""
    component = msgspec.structs.replace(
        placed.component,
        kind="command",
        exports=(),
        options={**placed.component.options, "aot": True},
        on={},
        smoke=(),
        bench=(),
    )
    there = msgspec.structs.replace(placed, folder=home, component=component)
    settled = settle(there, target, "release", ground.catalog)
    chosen = next((v for v in settled.variants if v.name == variant), None)
    plain = msgspec.structs.replace(settled, variants=())
    return Wanted(placed=there, settled=as_variant(plain, chosen) if chosen else plain)
