"""Finds the project a folder belongs to and reads its forge.toml with those of its members."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from wasmforge.errors import ForgeError, Problem, usage
from wasmforge.load import toml
from wasmforge.load.located import located
from wasmforge.load.paths import outside
from wasmforge.model.base import Noun
from wasmforge.model.manifest import Build, Manifest, ManifestFile, Placed

FILE = "forge.toml"


class Project(Noun, frozen=True, kw_only=True):
    """A project on this machine: its root folder, what its forge.toml files say, which these are, and the patterns by
    which its members were found.
    """

    root: Path
    manifest: Manifest
    files: tuple[Path, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def state(self) -> Path:
        """Where the project keeps what it knows of earlier builds; safe to delete."""
        return self.root / ".wasmforge"


def load_project(start: Path) -> Project:
    """Read the project that `start` is in. Raises ForgeError with all mistakes of all its files."""
    root = find_root(start)
    with located(root):
        return _load(root)


def _load(root: Path) -> Project:
    top = toml.read(root / FILE, ManifestFile, shown=FILE)
    problems = [*_bad_dist(root, top.build.dist)]
    components: dict[str, Placed] = {}
    toolchains = dict(top.toolchains)
    files = _all_files(root, top, problems)
    for shown, folder, file in files:
        _place(root, shown, folder, file, components, problems)
    problems.extend(_in_dist(components, top.build.dist))
    if problems:
        raise ForgeError(*problems)
    manifest = Manifest(build=top.build, toolchains=toolchains, components=components)
    return Project(root=root, manifest=manifest, files=tuple(f / FILE for _, f, _ in files), members=top.members)


def find_root(start: Path) -> Path:
    """The folder of the project `start` is in. Raises ForgeError where there is none."""
    root = root_around(start)
    if root is None:
        raise usage(
            f"no {FILE} here or in any folder above",
            where=str(start),
            hint="`wasmforge init` writes one from your sources",
        )
    return root


def root_around(start: Path) -> Path | None:
    """The nearest folder with a forge.toml, or one above that has it as a member; None outside of projects."""
    here = [f for f in (start.resolve(), *start.resolve().parents) if os.path.lexists(f / FILE)]
    if not here:
        return None
    nearest = here[0]
    for above in here[1:]:
        if nearest in _member_folders(above, _members(above)):
            return above
    return nearest


def _members(root: Path) -> tuple[str, ...]:
    return toml.read(root / FILE, ManifestFile, shown=str(root / FILE)).members


def _member_folders(root: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [f for p in patterns for f in _glob(root, p) if (f / FILE).is_file() and f != root]


def _glob(root: Path, pattern: str) -> list[Path]:
    try:
        return sorted(root.glob(pattern))
    except (ValueError, NotImplementedError):  # the empty pattern, an absolute one, `a**`: they match nothing
        return []


def _all_files(root: Path, top: ManifestFile, problems: list[Problem]) -> list[tuple[str, Path, ManifestFile]]:
    """The top file and each member's: its name in messages, its folder, its content."""
    files = [(FILE, root, top)]
    for index, pattern in enumerate(top.members):
        where = f"{FILE}: members.{index}"
        if problem := outside(root, root, pattern, where):
            problems.append(problem)
            continue
        folders = _member_folders(root, (pattern,))
        if not folders:
            problems.append(Problem(where=where, what=f"{pattern!r} matches no folder with a {FILE}"))
        for folder in (f for f in folders if all(f != known for _, known, _ in files)):  # two patterns may match it
            shown = str((folder / FILE).relative_to(root))
            try:
                files.append((shown, folder, _member(folder, shown)))
            except ForgeError as e:
                problems.extend(e.problems)
    return files


def _member(folder: Path, shown: str) -> ManifestFile:
    file = toml.read(folder / FILE, ManifestFile, shown=shown)
    said = [n for n, v in (("members", file.members), ("toolchains", file.toolchains)) if v]
    said += ["build"] if file.build != Build() else []
    if said:
        raise ForgeError(
            *(
                Problem(where=f"{shown}: {n}", what="a member cannot set this", hint=f"move it to the top {FILE}")
                for n in said
            )
        )
    return file


def _place(
    root: Path,
    shown: str,
    folder: Path,
    file: ManifestFile,
    components: dict[str, Placed],
    problems: list[Problem],
) -> None:
    """Add a file's components, checking their names and paths."""
    for name, component in file.components.items():
        where = f"{shown}: components.{name}"
        problem = _bad_name(name, where) or outside(root, folder, component.path, f"{where}.path")
        if not problem and name in components:
            problem = Problem(
                where=where,
                what=f"{components[name].file} has a component of that name already",
                hint="component names are unique in a project",
            )
        home = folder if problem else (folder / component.path).resolve()
        if not problem and not home.is_dir():
            what = "is a file, not a folder" if home.exists() else "no such folder"
            problem = Problem(where=f"{where}.path", what=f"{component.path!r}: {what}")
        if problem:
            problems.append(problem)
            continue
        relative = home.relative_to(root.resolve()).as_posix()
        components[name] = Placed(name=name, file=shown, folder=relative, component=component)


def _bad_dist(root: Path, dist: str) -> Iterator[Problem]:
    """dist is ours to replace and to delete, so it must be a folder of its own."""
    where = f"{FILE}: build.dist"
    if problem := outside(root, root, dist, where):
        yield problem
    elif (root / dist).resolve() == root.resolve():
        yield Problem(where=where, what=f"{dist!r} is the project's own folder", hint='name one in it: dist = "dist"')
    elif ".." in PurePosixPath(dist).parts:
        yield Problem(where=where, what=f"{dist!r} leads up and down again", hint='write it plainly: dist = "dist"')


def _in_dist(components: dict[str, Placed], dist: str) -> Iterator[Problem]:
    for placed in components.values():
        if PurePosixPath(placed.folder).is_relative_to(PurePosixPath(dist)) and PurePosixPath(dist).parts:
            yield Problem(
                where=f"{placed.file}: components.{placed.name}.path",
                what=f"{placed.folder!r} lies in {dist!r}, which builds replace and `clean` deletes",
                hint="move it, or name another folder: build.dist",
            )


def _bad_name(name: str, where: str) -> Problem | None:
    if name and all(c.isascii() and (c.isalnum() or c in "-_") for c in name) and name[0].isalnum():
        return None
    return Problem(
        where=where,
        what=f"{name!r} cannot be a component's name",
        hint="letters, digits, '-' and '_', as in file names",
    )
