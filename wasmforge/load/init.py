"""`init` from a folder to a forge.toml: looks, decides, writes; says what it did."""

import shlex
from pathlib import Path

from wasmforge.errors import usage
from wasmforge.load import write
from wasmforge.load.catalog import load_catalog
from wasmforge.load.discover import discover, reader, walk
from wasmforge.load.entries import make_entry, usual_targets
from wasmforge.load.project import FILE, Project, load_project
from wasmforge.model.discovery import Entry, FoundComponent, Initiated, SkippedFolder, Tree
from wasmforge.model.manifest import Component, Placed

LOOKED_FOR = "C (.c), C++ (.cpp .cc .cxx), Rust (Cargo.toml), AssemblyScript (asconfig.json, assembly/), Zig and WAT"


def init(folder: Path, *, force: bool = False, dry_run: bool = False) -> Initiated:
    """Find the components in `folder` and write its forge.toml; with `force`, add those that an existing one lacks.

    Raises ForgeError when there is no such folder, a forge.toml and no `force`, or nothing to write.
    """
    file = folder / FILE
    if not folder.is_dir():
        raise usage("is a file, not a folder" if folder.exists() else "no such folder", where=str(folder))
    there = file.exists() or file.is_symlink()
    if there and not force:
        hint = "`wasmforge init --force` adds the components that it lacks and leaves the rest as it is"
        raise usage(f"there is a {FILE} already", where=str(file), hint=hint)
    project = load_project(folder) if there else None
    catalog = load_catalog(folder)
    tree = walk(folder)
    placed = tuple(project.manifest.components.values()) if project else ()
    home = folder.resolve().name or "project"
    found = discover(tree.paths, reader(folder), home=home, taken=tuple(p.name for p in placed))
    if not found and not there:
        raise usage("found no sources", where=str(folder), hint=_looked(tree))
    default = project.manifest.build.targets if project else usual_targets(catalog)
    new = tuple(c for c in found if not (project and _known(c, folder, project)))
    entries = tuple(make_entry(c, tree, catalog, default) for c in new)
    if not project:
        text = written = write.render_file(entries, default)
    else:
        before = file.read_bytes().decode()
        entries = tuple(e for e in entries if not (e.why_not and write.has_comment(before, e)))
        text, written = write.appended(before, entries) if entries else before, write.render(entries)
    if entries and not dry_run:
        write.save(file, text)
    return Initiated(
        file=str(file),
        status="written" if not project else "extended" if entries else "unchanged",
        dry_run=dry_run,
        entries=entries,
        known=tuple(p.name for p in placed),
        skipped=_skipped(tree, folder, project),
        text=written,
        next=_next(folder, entries, placed, default),
    )


def _known(found: FoundComponent, folder: Path, project: Project) -> bool:
    """Whether forge.toml has the component: one in the same folder, of the same part of it where that is said."""
    home = (folder / found.path).resolve()
    there = (p.component for p in project.manifest.components.values() if (project.root / p.folder).resolve() == home)
    return any(_same(found, component) for component in there)


def _same(found: FoundComponent, component: Component) -> bool:
    """Whether two components of one folder are the same one."""
    if found.language != component.language and not {found.language, component.language} <= {"c", "c++", "zig"}:
        return False
    if found.package or found.program:
        options = component.options
        return options.get("package", "") == found.package and options.get("bin", found.program) == found.program
    named = {p for patterns in component.sources.values() for p in patterns}
    return not (found.part and named) or found.sources[0] in named


def _skipped(tree: Tree, folder: Path, project: Project | None) -> tuple[SkippedFolder, ...]:
    """What was not looked at, without the members that the project has already."""
    files = {p.file for p in project.manifest.components.values()} if project else set()
    members = {(project.root / f).parent.resolve() for f in files} if project else set()
    return tuple(s for s in tree.skipped if (folder / s.path).resolve() not in members)


def _next(folder: Path, entries: tuple[Entry, ...], placed: tuple[Placed, ...], default: tuple[str, ...]) -> str:
    """The command to go on with; nothing when nothing can be built."""
    targets = [t for e in entries for t in e.targets]
    if not targets and not placed:
        return ""
    target = next((t for t in default if t in targets), targets[0] if targets else "")
    words = ["wasmforge", "build", *(["--target", target] if target else [])]
    return shlex.join(words + (["-C", str(folder)] if folder.resolve() != Path.cwd() else []))


def _looked(tree: Tree) -> str:
    skipped = ", ".join(s.path for s in tree.skipped[:5])
    return f"looked for {LOOKED_FOR}" + (f"; did not look into {skipped}" if skipped else "")
