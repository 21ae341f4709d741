"""A plan of wasmforge's as a file for ninja: the very same commands of the same tools, in folders of ninja's own."""

import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from wasmforge.app.planning import plan_units
from wasmforge.app.workspace import Settings, Workspace
from wasmforge.model.plan import Action, Plan
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan import Request, select
from wasmforge.runner.launch import real_argv
from wasmforge.toolchains.environment import FIXED


@dataclass(kw_only=True)
class Ninja:
    """`sources` maps each source in the project to its copy; `env` is what the commands see."""

    folder: Path
    sources: dict[Path, Path] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)


def write_ninja(root: Path, folder: Path) -> Ninja:
    """Plan the project and lay its sources and a build.ninja into the folder."""
    workspace = Workspace(Settings(start=root), lambda _event: None)
    plan, toolchains = plan_units(workspace, select(workspace.manifest, workspace.catalog, Request()))
    made = Ninja(
        folder=folder, env={**FIXED, **{k: v for toolchain in toolchains.values() for k, v in toolchain.env.items()}}
    )
    cache_dirs = _places(plan)
    lines = ["rule run", "  command = $words", "rule unit", "  command = $words", "  depfile = $made", "  deps = gcc"]
    for label, action in plan.actions.items():
        here = folder / cache_dirs[label]
        for path, source in action.sources.items():
            made.sources[root / source.path] = here / path
            (here / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / source.path, here / path)
        lines += _edge(action, toolchains[action.toolchain], cache_dirs, folder)
    (folder / "build.ninja").write_text("\n".join(lines) + "\n")
    return made


def _places(plan: Plan) -> dict[str, str]:
    """Actions share ninja's own folder, where a compiler's depfile means what ninja takes it for, as long as no two
    write the same file there and each finds what it is given in place. Names of others end in `/`.
    """
    cache_dirs: dict[str, str] = {}
    written: set[tuple[str, str]] = set()
    for label, action in plan.actions.items():
        fits = all((cache_dirs[g.action], g.output) == ("", g.path) for g in action.generated_inputs)
        place = "" if fits and not any(("", o) in written for o in action.outputs) else f"own{len(cache_dirs)}/"
        cache_dirs[label] = place
        written.update((place, output) for output in action.outputs)
    return cache_dirs


def _edge(action: Action, toolchain: ResolvedToolchain, cache_dirs: dict[str, str], folder: Path) -> list[str]:
    place = cache_dirs[action.label]
    here = folder / place
    argv = [word.replace("{cwd}", str(here)) for word in real_argv(action, toolchain)]
    command = f"cd {place} && {shlex.join(argv)}" if place else shlex.join(argv)
    for given in action.generated_inputs:
        source = f"{cache_dirs[given.action]}{given.output}"
        if source != f"{place}{given.path}":
            command = f"mkdir -p {place}{Path(given.path).parent} && cp {source} {place}{given.path} && {command}"
    for output in action.outputs:
        (here / output).parent.mkdir(parents=True, exist_ok=True)
    read = [f"{place}{p}" for p in action.sources if not (action.depfile and p.endswith((".h", ".hpp")))]
    read += [f"{cache_dirs[g.action]}{g.output}" for g in action.generated_inputs]
    rule = "unit" if action.depfile else "run"
    lines = [f"build {' '.join(place + o for o in action.outputs)}: {rule} {' '.join(read)}"]
    lines.append(f"  words = {command.replace('$', '$$')}")
    return [*lines, f"  made = {place}{action.depfile}"] if action.depfile else lines
