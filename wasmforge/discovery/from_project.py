"""Makes components of a project with a build of its own: of its library, else of its programs. Pure."""

import msgspec

from wasmforge.discovery.c_component import Given, make_component
from wasmforge.discovery.choose_library import Choice, choose, plain
from wasmforge.discovery.file_types import HEADERS, inside, is_aside, is_elsewhere, join, suffix, within
from wasmforge.discovery.roots import Roots
from wasmforge.discovery.sources import Sources
from wasmforge.model.discovery import BuildProject, BuildTarget, FoundComponent

MAX_NAMED = 6
"""Programs that a note names."""

PROJECT_RECIPES = {"CMake": "cmake-wasi-sdk and cmake-emscripten", "make": "make-wasi-sdk and make-emscripten"}
"""The recipes that build a project by its own build files, by the name of its build system."""

FOR_OTHERS = "a library for components of yours, which name it in `needs`: none of its functions has a name for a host"


def from_project(project: BuildProject, roots: Roots, home: str) -> list[FoundComponent]:
    """The components of a project; `home` names one at the top whose build file gives no name."""
    choices, programs = choose(project)
    found = [_component(project, choice, roots, home, several=len(choices) > 1) for choice in choices]
    if found and programs:
        found[0] = msgspec.structs.replace(found[0], notes=(*found[0].notes, _programs_note(project, programs)))
    return found


def _component(project: BuildProject, choice: Choice, roots: Roots, home: str, *, several: bool) -> FoundComponent:
    units = tuple(dict.fromkeys(p for t in choice.targets for p in t.sources))
    if not project.ran:
        units = tuple(u for u in units if not (is_elsewhere(project.root, u) or is_aside(project.root, u))) or units
    headers = tuple(p for p in sorted(roots.paths) if suffix(p) in HEADERS and inside(project.root, p))
    headers = tuple(p for p in headers if not is_aside(project.root, p))
    at = Sources(root=project.root, files=units, headers=headers, roots=roots, is_loose=False)
    includes = list(dict.fromkeys(i for t in choice.targets for i in t.includes if _is_here(i, project.root)))
    given = Given(
        includes=tuple(includes),
        defines=_defines(choice.targets),
        flags=tuple(dict.fromkeys(f for t in choice.targets for f in t.flags)),
        std=next((t.std for t in choice.targets if t.std), ""),
        public=_public(choice.targets, at, includes),
        asks_headers=not project.ran,
        generated=project.generated,
    )
    name = choice.name if several or choice.kind == "command" else _title(project, choice, home)
    component = make_component(at, units, choice.kind, name=name, shares_folder=True, given=given)
    notes = (*_source_note(project), *component.notes, *_whole_note(project, component), *project.notes)
    if component.kind == "reactor" and not component.exports:
        has_folder = any(inside(join(project.root, "include"), h) for h in headers)
        public = () if has_folder else tuple(i for i in component.includes if not i.startswith(".."))
        return msgspec.structs.replace(component, kind="library", public_includes=public, notes=(*notes, FOR_OTHERS))
    return msgspec.structs.replace(component, notes=notes)


def _whole_note(project: BuildProject, component: FoundComponent) -> tuple[str, ...]:
    """Which recipes build the whole project, where it lacks what its build was to write."""
    recipes = PROJECT_RECIPES.get(project.system, PROJECT_RECIPES["make"])
    lacks = not project.ran and any(n.startswith("no file here") for n in component.notes)
    return (f"recipes {recipes} build the project as a whole, see docs/cpp.md",) if lacks else ()


def _title(project: BuildProject, choice: Choice, home: str) -> str:
    """The name of the only component: the library's, as people say it."""
    bare = plain(choice.name)
    folder = project.root.rpartition("/")[2] or home
    return next((n for n in (project.name, folder) if plain(n) == bare), choice.name)


def _is_here(path: str, root: str) -> bool:
    return path == root or inside(root, path) or inside(path, join(root, "x"))


def _public(targets: tuple[BuildTarget, ...], at: Sources, includes: list[str]) -> tuple[str, ...]:
    """The headers for users: those that the build says it installs, else those in folders called `include`."""
    named = tuple(dict.fromkeys(h for t in targets for h in t.headers))
    if named:
        return named
    folders = [i for i in (*includes, join(at.root, "include")) if i.rpartition("/")[2] == "include"]
    return tuple(h for h in at.headers if any(inside(f, h) for f in folders))


def _defines(targets: tuple[BuildTarget, ...]) -> tuple[str, ...]:
    """The definitions of all targets; of one name, the first."""
    found: dict[str, str] = {}
    for define in (d for t in targets for d in t.defines if "$" not in d):
        found.setdefault(define.partition("=")[0], define)
    return tuple(d for n, d in found.items() if n != "NDEBUG" and not n.endswith(("_EXPORTS", "DLL_EXPORT")))


def _source_note(project: BuildProject) -> tuple[str, ...]:
    file = within(project.root, project.file)
    how = f"from what {project.system} makes of {file}" if project.ran else f"read from {file}, which was not run"
    return (how,)


def _programs_note(project: BuildProject, programs: tuple[BuildTarget, ...]) -> str:
    named = [f"{t.name} ({within(project.root, t.sources[0])})" for t in programs[:MAX_NAMED]]
    more = f" and {len(programs) - MAX_NAMED} more" if len(programs) > MAX_NAMED else ""
    return f"programs are left out: {', '.join(named)}{more}"
