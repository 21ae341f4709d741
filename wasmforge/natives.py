"""Components in C, C++ and Zig as shared libraries of this machine: what a bench sets modules against."""

import hashlib
import platform
from collections.abc import Iterable
from pathlib import Path

import msgspec

from wasmforge import execute
from wasmforge.errors import ForgeError
from wasmforge.execute.launch import launch
from wasmforge.execute.lock import locked
from wasmforge.execute.perform import Executor
from wasmforge.execute.turns import Turns
from wasmforge.ground import Ground, Settings, Tell
from wasmforge.model.base import Noun
from wasmforge.model.catalog import Catalog
from wasmforge.model.events import Waiting
from wasmforge.model.manifest import Limits, Manifest
from wasmforge.model.recipe import Recipe
from wasmforge.model.target import Target, TargetFeatures
from wasmforge.plan import Wanted
from wasmforge.plan.settled import Settled

RECIPE = "native"

LEVELS = {"native": "", "native-cpu": "native"}
"""By what is built, the CPU that it is compiled for: such as has what WebAssembly's SIMD asks for, or this one."""

LIKE_SIMD = {"x86_64": "x86_64_v2", "amd64": "x86_64_v2"}
"""By machine, the oldest CPU with the 128-bit instructions that a module's SIMD becomes; others' baseline has them.

x86-64-v2 is SSE4.2: engines ask for SSSE3 or SSE4.1 before they compile SIMD.
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
    ground.places.ready()
    with locked(ground.project.state, lambda: tell(Waiting(what="another build of this project"))):
        try:
            plan, kits = ground.plan(tuple(wanted.values()))
        except ForgeError as e:
            return tuple(Library(component=n, code=c, cpu=cpu_of(c), why=str(e.problems[0])) for n, c in wanted)
        ran = execute.run(
            plan,
            kits,
            ground.store,
            Executor(ground.root, ground.places.work, ground.store, ground.cancel, launch),
            ground.history,
            Turns(ground.places.turns, ground.cancel, lambda: None),
            workers=settings.threads,
            keep_going=True,
            cancel=ground.cancel,
            tell=tell,
        )
    return tuple(_laid(ground, ran, name, code) for name, code in wanted)


def _laid(ground: Ground, ran: execute.Ran, name: str, code: str) -> Library:
    """Lay a library where it can be loaded from, under a name that its content has alone."""
    base = f"{name}@{code}/release:"
    cpu = cpu_of(code)
    entry = ran.entries.get(f"{base}link")
    if entry is None:
        failed = next((f for f in ran.failures if f.label.startswith(base)), None)
        why = f"{failed.label}: {failed.reason}" if failed else "its recipe links nothing"
        return Library(component=name, code=code, cpu=cpu, why=why)
    blob = next(iter(entry.outputs.values()))
    folder = ground.project.state / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{blob.digest[:16]}.so"
    if not (file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == blob.digest):
        file.unlink(missing_ok=True)
        ground.store.lay(blob, file)
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
