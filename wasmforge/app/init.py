"""Writes a forge.toml for a folder. Returns the components found and the text written."""

import shlex
from collections.abc import Callable
from pathlib import Path

from wasmforge.config import toml
from wasmforge.config.catalog import load_catalog
from wasmforge.config.project import MANIFEST_FILE, Project, load_project
from wasmforge.config.save import save
from wasmforge.discovery import discover, reader, walk, write_forge_toml
from wasmforge.discovery.file_types import HEADERS, is_aside, suffix
from wasmforge.discovery.fit_catalog import default_targets, make_entry
from wasmforge.errors import usage_error
from wasmforge.model.discovery import BuildProject, ForgeEntry, FoundComponent, InitResult, SkippedFolder, Tree
from wasmforge.model.manifest import Component, ProjectComponent

LOOKED_FOR = "C (.c), C++ (.cpp .cc .cxx), Rust (Cargo.toml), AssemblyScript (asconfig.json, assembly/), Zig and WAT"


def init(
    folder: Path,
    *,
    force: bool = False,
    dry_run: bool = False,
    ask: Callable[[BuildProject], BuildProject] = lambda project: project,
) -> InitResult:
    """Find the components in `folder` and write its forge.toml; with `force`, add those that an existing one lacks.

    `ask` returns what a project's own build says of it, see `ask_cmake.py`; without it build files are only read.

    Raises ForgeError when there is no such folder, a forge.toml and no `force`, or nothing to write.
    """
    file = folder / MANIFEST_FILE
    if not folder.is_dir():
        raise usage_error("is a file, not a folder" if folder.exists() else "no such folder", where=str(folder))
    exists = file.exists() or file.is_symlink()
    if exists and not force:
        hint = "`wasmforge init --force` adds the components that it lacks and leaves the rest as it is"
        raise usage_error(f"there is a {MANIFEST_FILE} already", where=str(file), hint=hint)
    project = load_project(folder) if exists else None
    catalog = load_catalog(folder)
    tree = walk(folder)
    declared = tuple(project.manifest.components.values()) if project else ()
    home = folder.resolve().name or "project"
    names = tuple(p.name for p in declared)
    found = discover(tree.paths, reader(folder), home=home, taken=names, ask=ask)
    if not found and not exists:
        raise usage_error("found no sources", where=str(folder), hint=_alone(tree) or _searched(tree))
    default = project.manifest.build.targets if project else default_targets(catalog)
    new = tuple(c for c in found if not (project and _is_declared(c, folder, project)))
    entries = tuple(make_entry(c, tree, catalog, default) for c in new)
    if not project:
        text = written = write_forge_toml.render_file(entries, default)
    else:
        before = toml.content(file, shown=str(file)).decode()
        entries = tuple(e for e in entries if not (e.problem and write_forge_toml.has_comment(before, e)))
        text, written = (
            write_forge_toml.append(before, entries) if entries else before,
            write_forge_toml.render(entries),
        )
    files = {
        (f"{e.component.path}/" if e.component.path != "." else "") + path: content
        for e in entries
        for path, content in e.component.files.items()
    }
    if entries and not dry_run:
        for path, content in files.items():
            save(folder / path, content, root=folder)
        save(file, text)
    return InitResult(
        file=str(file),
        status="written" if not project else "extended" if entries else "unchanged",
        dry_run=dry_run,
        entries=entries,
        declared=tuple(p.name for p in declared),
        skipped=_skipped(tree, folder, project),
        files=tuple(sorted(files)),
        text=written,
        next=_next(folder, entries, declared, default),
    )


def _is_declared(found_component: FoundComponent, folder: Path, project: Project) -> bool:
    """Whether forge.toml has the component already: one in the same folder that is the same part of it."""
    home = (folder / found_component.path).resolve()
    exists = (p.component for p in project.manifest.components.values() if (project.root / p.folder).resolve() == home)
    return any(_same(found_component, component) for component in exists)


def _same(found_component: FoundComponent, component: Component) -> bool:
    """Whether two components of one folder are the same one."""
    if found_component.language != component.language and not {found_component.language, component.language} <= {
        "c",
        "c++",
        "zig",
    }:
        return False
    if found_component.package or found_component.program:
        options = component.options
        return (
            options.get("package", "") == found_component.package
            and options.get("bin", found_component.program) == found_component.program
        )
    named = {p for patterns in component.sources.values() for p in patterns}
    return not (found_component.shares_folder and named) or found_component.sources[0] in named


def _skipped(tree: Tree, folder: Path, project: Project | None) -> tuple[SkippedFolder, ...]:
    """What was not looked at, without the members that the project has already."""
    files = {p.file for p in project.manifest.components.values()} if project else set()
    members = {(project.root / f).parent.resolve() for f in files} if project else set()
    return tuple(s for s in tree.skipped if (folder / s.path).resolve() not in members)


def _next(
    folder: Path, entries: tuple[ForgeEntry, ...], declared: tuple[ProjectComponent, ...], default: tuple[str, ...]
) -> str:
    """The command to go on with; nothing when nothing can be built."""
    targets = [t for e in entries if e.component.kind != "library" for t in e.targets]
    if not targets and not declared:
        return ""
    target = next((t for t in default if t in targets), targets[0] if targets else "")
    words = ["wasmforge", "build", *(["--target", target] if target else [])]
    return shlex.join(words + (["-C", str(folder)] if folder.resolve() != Path.cwd() else []))


def _alone(tree: Tree) -> str:
    """What to do with a library of headers alone; empty when it is none."""
    headers = [p for p in tree.paths if suffix(p) in HEADERS and not is_aside("", p)]
    if not headers or not any(p in tree.paths for p in ("CMakeLists.txt", "meson.build", "configure.ac", "Makefile")):
        return ""
    place = "include" if any(p.startswith("include/") for p in headers) else "."
    return (
        f'if it is a library of headers, a component of yours includes them: options = {{ includes = ["…/{place}"] }}'
    )


def _searched(tree: Tree) -> str:
    skipped = ", ".join(s.path for s in tree.skipped[:5])
    return f"looked for {LOOKED_FOR}" + (f"; did not look into {skipped}" if skipped else "")
