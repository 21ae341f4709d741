"""Components in C, C++ and Zig as shared libraries of this machine: what a bench sets modules against."""

import hashlib
import platform
from collections.abc import Iterable
from pathlib import Path

import msgspec

from wasmforge.apart import Made, make_apart
from wasmforge.ground import Ground, Settings, Tell
from wasmforge.model.base import Noun
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Limits, Manifest
from wasmforge.model.recipe import Recipe
from wasmforge.model.target import Target, TargetFeatures
from wasmforge.plan import Wanted
from wasmforge.plan.settled import Settled

RECIPE = "native"

LEVELS = {"native": "", "native-cpu": "native"}
"""By what is built, the CPU that it is compiled for: such as has what WebAssembly's SIMD asks for, or this one."""

LIKE_SIMD = dict.fromkeys(("x86_64", "amd64"), "x86_64_v2-fast_shld_rotate")
"""By machine, the oldest CPU with the 128-bit instructions that a module's SIMD becomes; others' baseline has them.

x86-64-v2 is SSE4.2: engines ask for SSSE3 or SSE4.1 before they compile SIMD. LLVM tunes it for Sandy Bridge, which
rotates best by a double shift. AMD's CPUs take that for a program of its own: SHA-256 would need nearly twice the time.
"""


class Library(Noun, frozen=True, kw_only=True):
    """One that is there, or why it is not. `code` is one of LEVELS, `cpu` what it was compiled for."""

    component: str
    code: str
    cpu: str
    file: str = ""
    why: str = ""


def cpu_of(code: str) -> str:
    """What `code` is compiled for on this machine, as Zig names it."""
    return LEVELS[code] or LIKE_SIMD.get(platform.machine().lower(), "baseline")


def natives(settings: Settings, components: Iterable[str], tell: Tell) -> tuple[Library, ...]:
    """Both libraries of each component, built or out of the store, in a folder of the project's state."""
    ground = Ground(settings, tell)
    names = tuple(dict.fromkeys(components))
    ground.catalog = _with_native(ground.catalog)
    wanted = {
        (n, code): _wanted(ground.manifest, ground.catalog.recipes[RECIPE], n, code) for n in names for code in LEVELS
    }
    made = make_apart(ground, wanted, "library")
    return tuple(_laid(ground, name, code, made[name, code]) for name, code in wanted)


def _laid(ground: Ground, name: str, code: str, made: Made) -> Library:
    """Lay a library where it can be loaded from, under a name that its content has alone."""
    cpu = cpu_of(code)
    if made.blob is None:
        return Library(component=name, code=code, cpu=cpu, why=made.why)
    folder = ground.project.state / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{made.blob.digest[:16]}.so"
    if not (file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == made.blob.digest):
        file.unlink(missing_ok=True)
        ground.store.lay(made.blob, file)
    return Library(component=name, code=code, cpu=cpu, file=str(file))


def _with_native(catalog: Catalog) -> Catalog:
    """The catalog with targets that only exist here: nothing is promised of them, so nothing is proved."""
    languages = catalog.recipes[RECIPE].languages
    made = {
        code: Target(
            format=1,
            name=code,
            features=TargetFeatures(permitted=()),
            recipes=dict.fromkeys(languages, RECIPE),
            delivers=("library",),
            runtimes=(),
        )
        for code in LEVELS
    }
    return msgspec.structs.replace(catalog, targets={**catalog.targets, **made})


def _wanted(manifest: Manifest, recipe: Recipe, name: str, code: str) -> Wanted:
    placed = manifest.components[name]
    options = {key: value for key, value in placed.component.options.items() if key in recipe.options}
    return Wanted(
        placed=placed,
        settled=Settled(
            name=name,
            target=code,
            profile="release",
            language=placed.component.language,
            recipe=RECIPE,
            kind="reactor",
            exports=placed.component.exports,
            features=(),
            options={**options, "cpu": cpu_of(code), "built-on": _this_cpu() if LEVELS[code] == "native" else "any"},
            limits=Limits(),
            smoke=(),
        ),
    )


def _this_cpu() -> str:
    """This CPU's model and abilities, in short."""
    try:
        said = Path("/proc/cpuinfo").read_text().partition("\n\n")[0]
    except OSError:
        said = f"{platform.machine()} {platform.processor()}"
    facts = [line for line in said.splitlines() if line.startswith(("model name", "flags", "Features", "CPU part"))]
    return hashlib.sha256("\n".join(facts or [said]).encode()).hexdigest()[:16]
