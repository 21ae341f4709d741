"""Builds components in C, C++ and Zig as programs that time themselves, for runtimes that only start programs.

A `main` is written beside a copy of the component's sources, and the copy is built as a command, with the recipe and
passes of a target that has native code. Nothing of it is delivered.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from wasmforge import config
from wasmforge.app.build_outputs import build_outputs
from wasmforge.app.workspace import Workspace
from wasmforge.bench.c_harness import FILE_NAME, c_harness
from wasmforge.bench.participants import EncodedArgument
from wasmforge.model.base import Struct
from wasmforge.model.bench import Bench
from wasmforge.model.manifest import ProjectComponent
from wasmforge.model.module import FuncType
from wasmforge.plan import BuildUnit
from wasmforge.plan.resolve import as_variant, resolve_component
from wasmforge.safe_paths import is_file_or_folder, open_below
from wasmforge.store.cache_dirs import cannot_write

TARGET_OF_ENGINE = {"iwasm-aot": "wamr", "wasmedge-aot": "wasmedge"}
"""The engines that start a program for each turn, and the target that makes native code for each."""

LANGUAGES = ("c", "c++", "zig")
"""The languages whose recipe also compiles a `main` in C."""


class NativeProgram(Struct, frozen=True, kw_only=True):
    """The program of one variant for one runtime; or why there is none, and the next step."""

    variant: str
    runtime: str
    file: str = ""
    why: str = ""
    fix: str = ""


def native_programs(
    workspace: Workspace,
    declared: ProjectComponent,
    bench: Bench,
    func_type: FuncType,
    args: Sequence[EncodedArgument],
    runtimes: Iterable[str],
    folder: Path,
) -> Iterator[NativeProgram]:
    """One program for each variant and runtime, written to `folder`."""
    variants = tuple(declared.component.variants) or ("",)
    runtimes = tuple(runtimes)
    if why := _why_unsupported(declared):
        yield from (NativeProgram(variant=v, runtime=r, why=why) for r in runtimes for v in variants)
        return
    sizes = [Path(a.value).stat().st_size for a in args if a.kind == "buffer"]
    home = _copy_sources(workspace, declared, c_harness(bench.call, func_type, args, sizes))
    for runtime in runtimes:
        units = {v: _build_unit(workspace, declared, home, TARGET_OF_ENGINE[runtime], v) for v in variants}
        for variant, output in build_outputs(workspace, units, "aot").items():
            if output.blob is None:
                yield NativeProgram(variant=variant, runtime=runtime, why=output.why, fix=output.fix)
                continue
            file = folder / f"{runtime}-{variant}{Path(output.name).suffix}"
            workspace.store.materialize(output.blob, file)
            yield NativeProgram(variant=variant, runtime=runtime, file=str(file))


def _why_unsupported(declared: ProjectComponent) -> str:
    """Why a component cannot become such a program; empty when it can."""
    component = declared.component
    if component.language not in LANGUAGES:
        return f"only components in {', '.join(LANGUAGES)} become programs that time themselves"
    if component.needs or component.recipe:
        return "components with `needs` or a `recipe` do not become programs that time themselves"
    if "threads" in component.features:
        return "programs that time themselves have one thread"
    return ""


def _copy_sources(workspace: Workspace, declared: ProjectComponent, main: str) -> str:
    """Copy the component's folder and add the `main`. Returns the path of the copy from the root."""
    home = f"{config.STATE_DIR}/bench/programs"
    ignore_patterns = shutil.ignore_patterns(".*", "target", "node_modules")

    def ignored(folder: str, names: list[str]) -> set[str]:
        """What is not a source, and links that lead out of the project."""
        outside = {n for n in names if not is_file_or_folder(workspace.root, Path(folder, n))}
        return {*ignore_patterns(folder, names), *outside}

    try:
        with open_below(workspace.root, home, create=True) as folder:
            folder.remove(declared.name)
            shutil.copytree(workspace.root / declared.folder, folder.within(declared.name), ignore=ignored)
            with folder.open_directory(declared.name) as copy:
                copy.write(FILE_NAME, main.encode())
    except OSError as e:
        raise cannot_write(workspace.root / home / declared.name, e) from None
    return f"{home}/{declared.name}"


def _build_unit(workspace: Workspace, declared: ProjectComponent, home: str, target: str, variant: str) -> BuildUnit:
    """The copy as a command for a target, compiled ahead of time."""
    component = msgspec.structs.replace(
        declared.component,
        kind="command",
        exports=(),
        options={**declared.component.options, "aot": True},
        on={},
        smoke=(),
        bench=(),
    )
    copied = msgspec.structs.replace(declared, folder=home, component=component)
    resolved = resolve_component(copied, target, "release", workspace.catalog)
    chosen = next((v for v in resolved.variants if v.name == variant), None)
    plain = msgspec.structs.replace(resolved, variants=())
    return BuildUnit(declared=copied, resolved=as_variant(plain, chosen) if chosen else plain)
