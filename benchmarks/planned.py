"""A plan of wasmforge's as a file for ninja: the very same commands of the same tools, in folders of ninja's own."""

import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from wasmforge.execute.environment import FIXED
from wasmforge.execute.local import real_argv
from wasmforge.ground import Ground, Settings
from wasmforge.model.plan import Action, Plan
from wasmforge.model.toolchain import Kit
from wasmforge.plan import Request, select


@dataclass(kw_only=True)
class Ninja:
    """`sources` maps each source in the project to its copy; `env` is what the commands see."""

    folder: Path
    sources: dict[Path, Path] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)


def write_ninja(root: Path, folder: Path) -> Ninja:
    """Plan the project and lay its sources and a build.ninja into the folder."""
    ground = Ground(Settings(start=root), lambda _event: None)
    plan, kits = ground.plan(select(ground.manifest, ground.catalog, Request()))
    made = Ninja(folder=folder, env={**FIXED, **{k: v for kit in kits.values() for k, v in kit.env.items()}})
    places = _places(plan)
    lines = ["rule run", "  command = $words", "rule unit", "  command = $words", "  depfile = $made", "  deps = gcc"]
    for label, action in plan.actions.items():
        here = folder / places[label]
        for path, source in action.sources.items():
            made.sources[root / source.path] = here / path
            (here / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / source.path, here / path)
        lines += _edge(action, kits[action.toolchain], places, folder)
    (folder / "build.ninja").write_text("\n".join(lines) + "\n")
    return made


def _places(plan: Plan) -> dict[str, str]:
    """Actions share ninja's own folder, where a compiler's depfile means what ninja takes it for, as long as no two
    write the same file there and each finds what it is given in place. Names of others end in `/`.
    """
    places: dict[str, str] = {}
    written: set[tuple[str, str]] = set()
    for label, action in plan.actions.items():
        fits = all((places[g.action], g.output) == ("", g.path) for g in action.givens)
        place = "" if fits and not any(("", o) in written for o in action.outputs) else f"own{len(places)}/"
        places[label] = place
        written.update((place, output) for output in action.outputs)
    return places


def _edge(action: Action, kit: Kit, places: dict[str, str], folder: Path) -> list[str]:
    place = places[action.label]
    here = folder / place
    argv = [word.replace("{cwd}", str(here)) for word in real_argv(action, kit)]
    command = f"cd {place} && {shlex.join(argv)}" if place else shlex.join(argv)
    for given in action.givens:
        source = f"{places[given.action]}{given.output}"
        if source != f"{place}{given.path}":
            command = f"mkdir -p {place}{Path(given.path).parent} && cp {source} {place}{given.path} && {command}"
    for output in action.outputs:
        (here / output).parent.mkdir(parents=True, exist_ok=True)
    read = [f"{place}{p}" for p in action.sources if not (action.depfile and p.endswith((".h", ".hpp")))]
    read += [f"{places[g.action]}{g.output}" for g in action.givens]
    rule = "unit" if action.depfile else "run"
    lines = [f"build {' '.join(place + o for o in action.outputs)}: {rule} {' '.join(read)}"]
    lines.append(f"  words = {command.replace('$', '$$')}")
    return [*lines, f"  made = {place}{action.depfile}"] if action.depfile else lines
