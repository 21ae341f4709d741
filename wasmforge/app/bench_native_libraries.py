"""Builds components in C, C++ and Zig as shared libraries of this machine, for benchmarks to compare with."""

import hashlib
import os
import platform
from collections.abc import Iterable
from pathlib import Path

import msgspec

from wasmforge import config
from wasmforge.app.build_outputs import BuiltOutput, build_outputs
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Limits, Manifest
from wasmforge.model.recipe import Recipe
from wasmforge.model.target import Target, TargetFeatures
from wasmforge.plan import BuildUnit
from wasmforge.plan.resolve import ResolvedComponent
from wasmforge.safe_paths import Directory, open_below
from wasmforge.store.cache_dirs import cannot_write

NATIVE_RECIPE = "native"

CPU_LEVELS = {"native": "", "native-cpu": "native"}
"""The CPU that each kind of library is compiled for: `native` is this one, empty the one of `SIMD_BASELINE_CPU`."""

SIMD_BASELINE_CPU = dict.fromkeys(("x86_64", "amd64"), "x86_64_v2-fast_shld_rotate")
"""By machine, the oldest CPU that has the 128-bit instructions of WebAssembly's SIMD. Other baselines have them.

x86-64-v2 is SSE4.2: engines need SSSE3 or SSE4.1 before they compile SIMD. LLVM tunes it for Sandy Bridge, which
rotates best by a double shift. AMD's CPUs do that in microcode: SHA-256 would take nearly twice the time.
"""


class NativeLibrary(Struct, frozen=True, kw_only=True):
    """The file of a library, or why it could not be built. `code` is a key of CPU_LEVELS, `cpu` the CPU for Zig."""

    component: str
    code: str
    cpu: str
    file: str = ""
    why: str = ""


def cpu_of(code: str) -> str:
    """The CPU that `code` is compiled for on this machine, as Zig names it."""
    return CPU_LEVELS[code] or SIMD_BASELINE_CPU.get(platform.machine().lower(), "baseline")


def native_libraries(settings: Settings, components: Iterable[str], emit: EventSink) -> tuple[NativeLibrary, ...]:
    """Both libraries of each component, built or from the store, in a folder of the project's state."""
    workspace = Workspace(settings, emit)
    workspace.catalog = _with_native_targets(workspace.catalog)
    recipe = workspace.catalog.recipes[NATIVE_RECIPE]
    units = {
        (name, code): _build_unit(workspace.manifest, recipe, name, code)
        for name in dict.fromkeys(components)
        for code in CPU_LEVELS
    }
    outputs = build_outputs(workspace, units, "library")
    return tuple(_materialize(workspace, name, code, outputs[name, code]) for name, code in units)


def _materialize(workspace: Workspace, name: str, code: str, output: BuiltOutput) -> NativeLibrary:
    """Write a library to a file that is named after its content."""
    cpu = cpu_of(code)
    if output.blob is None:
        return NativeLibrary(component=name, code=code, cpu=cpu, why=output.why)
    file = f"{name}-{output.blob.digest[:16]}.so"
    try:
        with open_below(workspace.root, f"{config.STATE_DIR}/bench", create=True) as folder:
            if not _has_content(folder, file, output.blob.digest):
                folder.remove(file)
                workspace.store.materialize(output.blob, folder.within(file))
            return NativeLibrary(component=name, code=code, cpu=cpu, file=str(folder.path / file))
    except OSError as e:
        raise cannot_write(workspace.project.state / "bench" / file, e) from None


def _has_content(folder: Directory, name: str, digest: str) -> bool:
    try:
        with os.fdopen(folder.open_file(name), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def _with_native_targets(catalog: Catalog) -> Catalog:
    """The catalog with a target for each kind of library; they promise nothing, so there is no contract to check."""
    languages = catalog.recipes[NATIVE_RECIPE].languages
    targets = {
        code: Target(
            format=1,
            name=code,
            features=TargetFeatures(permitted=()),
            recipes=dict.fromkeys(languages, NATIVE_RECIPE),
            delivers=("library",),
            runtimes=(),
        )
        for code in CPU_LEVELS
    }
    return msgspec.structs.replace(catalog, targets={**catalog.targets, **targets})


def _build_unit(manifest: Manifest, recipe: Recipe, name: str, code: str) -> BuildUnit:
    declared = manifest.components[name]
    own_options = {key: value for key, value in declared.component.options.items() if key in recipe.options}
    built_on = _cpu_fingerprint() if CPU_LEVELS[code] == "native" else "any"
    resolved = ResolvedComponent(
        name=name,
        target=code,
        profile="release",
        language=declared.component.language,
        recipe=NATIVE_RECIPE,
        kind="reactor",
        exports=declared.component.exports,
        features=(),
        options={**own_options, "cpu": cpu_of(code), "built-on": built_on},
        limits=Limits(),
        smoke=(),
    )
    return BuildUnit(declared=declared, resolved=resolved)


def _cpu_fingerprint() -> str:
    """A hash of this CPU's model and features, because machines with other CPUs may share the store."""
    try:
        text = Path("/proc/cpuinfo").read_text().partition("\n\n")[0]
    except OSError:
        text = f"{platform.machine()} {platform.processor()}"
    facts = [line for line in text.splitlines() if line.startswith(("model name", "flags", "Features", "CPU part"))]
    return hashlib.sha256("\n".join(facts or [text]).encode()).hexdigest()[:16]
