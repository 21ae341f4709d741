"""Finds the project a folder belongs to and reads its forge.toml with those of its members."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from wasmforge.config import inputs, toml
from wasmforge.config.error_lines import with_lines
from wasmforge.config.paths import escape_problem
from wasmforge.errors import ForgeError, Problem, usage_error
from wasmforge.model.base import Struct
from wasmforge.model.manifest import Build, Component, Manifest, ManifestFile, ProjectComponent

MANIFEST_FILE = "forge.toml"

STATE_DIR = ".wasmforge"
"""The folder in a project where builds keep records of earlier ones."""


class Project(Struct, frozen=True, kw_only=True):
    """A project on this machine: its root, its forge.toml files, their content, and the patterns of members."""

    root: Path
    manifest: Manifest
    files: tuple[Path, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def state(self) -> Path:
        """Where the project keeps records of earlier builds; safe to delete."""
        return self.root / STATE_DIR


class Draft(Struct, frozen=True, kw_only=True):
    """A project as far as its files are valid, and the `problems` of the rest.

    `flawed` are the components with mistakes; `project` may have the valid part of them.
    """

    project: Project
    problems: tuple[Problem, ...] = ()
    flawed: frozenset[str] = frozenset()


def load_project(start: Path) -> Project:
    """Read the project that `start` is in. Raises ForgeError with all mistakes of all its files."""
    draft = draft_project(start)
    if draft.problems:
        raise ForgeError(*draft.problems)
    return draft.project


def draft_project(start: Path) -> Draft:
    """Read the project that `start` is in as far as it is valid. Raises ForgeError if nothing of its forge.toml is."""
    root = find_root(start)
    top = toml.read_partial(root / MANIFEST_FILE, ManifestFile, shown=MANIFEST_FILE)
    problems = [*top.problems, *_bad_dist(root, top.value.build.dist)]
    flawed = _flawed(top.wrong)
    components: dict[str, ProjectComponent] = {}
    files = _all_files(root, top.value, problems, flawed)
    for shown, folder, file in files:
        _add_components(root, shown, folder, file, components, problems, flawed)
    problems.extend(_in_dist(components, top.value.build.dist))
    manifest = Manifest(build=top.value.build, toolchains=dict(top.value.toolchains), components=components)
    project = Project(
        root=root, manifest=manifest, files=tuple(f / MANIFEST_FILE for _, f, _ in files), members=top.value.members
    )
    return Draft(project=project, problems=with_lines(problems, root), flawed=frozenset(flawed))


def _flawed(wrong: Iterable[tuple[str | int, ...]]) -> set[str]:
    """The components that these paths of keys lead into."""
    return {str(path[1]) for path in wrong if path[:1] == ("components",) and len(path) > 1}


def find_root(start: Path) -> Path:
    """The folder of the project `start` is in. Raises ForgeError if there is none."""
    root = find_root_or_none(start)
    if root is None:
        raise usage_error(
            f"no {MANIFEST_FILE} here or in any folder above",
            where=str(start),
            hint="`wasmforge init` writes one from your sources",
        )
    return root


def find_root_or_none(start: Path) -> Path | None:
    """The nearest folder with a forge.toml, or one above that has it as a member; None outside of projects."""
    real = inputs.resolve(start)
    candidates = [f for f in (real, *real.parents) if inputs.lexists(f / MANIFEST_FILE)]
    if not candidates:
        return None
    nearest = candidates[0]
    for above in candidates[1:]:
        if nearest in _member_folders(above, _members(above)):
            return above
    return nearest


def _members(root: Path) -> tuple[str, ...]:
    return toml.read(root / MANIFEST_FILE, ManifestFile, shown=str(root / MANIFEST_FILE)).members


def _member_folders(root: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [f for p in patterns for f in _glob(root, p) if inputs.is_file(f / MANIFEST_FILE) and f != root]


def _glob(root: Path, pattern: str) -> list[Path]:
    try:
        return inputs.glob(root, pattern)
    except (ValueError, NotImplementedError):  # the empty pattern, an absolute one, `a**`: they match nothing
        return []


def _all_files(
    root: Path, top: ManifestFile, problems: list[Problem], flawed: set[str]
) -> list[tuple[str, Path, ManifestFile]]:
    """The top file and each member's: its name in messages, its folder, its content."""
    files = [(MANIFEST_FILE, root, top)]
    for index, pattern in enumerate(top.members):
        where = f"{MANIFEST_FILE}: members.{index}"
        if problem := escape_problem(root, root, pattern, where):
            problems.append(problem)
            continue
        folders = _member_folders(root, (pattern,))
        if not folders:
            problems.append(Problem(where=where, what=f"{pattern!r} matches no folder with a {MANIFEST_FILE}"))
        for folder in (f for f in folders if all(f != known for _, known, _ in files)):  # two patterns may match it
            shown = str((folder / MANIFEST_FILE).relative_to(root))
            if not folder.resolve().is_relative_to(root.resolve()):
                what = f"{folder.relative_to(root)} leads outside the project through a symbolic link"
                problems.append(Problem(where=where, what=what, hint="copy it in, or name the members one by one"))
                continue
            try:
                files.append((shown, folder, _member(folder, shown, problems, flawed)))
            except ForgeError as e:
                problems.extend(e.problems)
    return files


def _member(folder: Path, shown: str, problems: list[Problem], flawed: set[str]) -> ManifestFile:
    part = toml.read_partial(folder / MANIFEST_FILE, ManifestFile, shown=shown)
    file = part.value
    problems += part.problems
    flawed |= _flawed(part.wrong)
    top_only = [n for n, v in (("members", file.members), ("toolchains", file.toolchains)) if v]
    top_only += ["build"] if file.build != Build() else []
    what, hint = "a member cannot set this", f"move it to the top {MANIFEST_FILE}"
    problems += (Problem(where=f"{shown}: {name}", what=what, hint=hint) for name in top_only)
    return file


def _add_components(
    root: Path,
    shown: str,
    folder: Path,
    file: ManifestFile,
    components: dict[str, ProjectComponent],
    problems: list[Problem],
    flawed: set[str],
) -> None:
    """Add a file's components, checking their names and paths; those without a valid folder are flawed."""
    for name, component in file.components.items():
        where = f"{shown}: components.{name}"
        if name in components:
            what = f"{components[name].file} has a component of that name already"
            problems.append(Problem(where=where, what=what, hint="component names are unique in a project"))
            continue
        problem = _bad_name(name, where) or escape_problem(root, folder, component.path, f"{where}.path")
        home = folder if problem else inputs.resolve(folder / component.path)
        if not problem and not inputs.is_dir(home):
            what = "is a file, not a folder" if home.exists() else "no such folder"
            problem = Problem(where=f"{where}.path", what=f"{component.path!r}: {what}")
        problem = problem or next(_bad_preopens(home, component, where), None)
        if problem:
            problems.append(problem)
            flawed.add(name)
            components[name] = ProjectComponent(name=name, file=shown, folder=".", component=component)
            continue
        relative = home.relative_to(root.resolve()).as_posix()
        components[name] = ProjectComponent(name=name, file=shown, folder=relative, component=component)


def _bad_preopens(home: Path, component: Component, where: str) -> Iterator[Problem]:
    """The folders that smoke tests see must be in the component's own, also through links."""
    tests = {f"{where}.smoke.{i}": test for i, test in enumerate(component.smoke)}
    for target, overlay in component.on.items():
        tests.update({f"{where}.on.{target}.smoke.{i}": test for i, test in enumerate(overlay.smoke or ())})
    for place, test in tests.items():
        if test.preopen is not None and (problem := escape_problem(home, home, test.preopen, f"{place}.preopen")):
            yield problem


def _bad_dist(root: Path, dist: str) -> Iterator[Problem]:
    """Builds replace and delete dist, so it must be a folder of its own."""
    where = f"{MANIFEST_FILE}: build.dist"
    if problem := escape_problem(root, root, dist, where):
        yield problem
    elif (root / dist).resolve() == root.resolve():
        yield Problem(where=where, what=f"{dist!r} is the project's own folder", hint='name one in it: dist = "dist"')
    elif ".." in PurePosixPath(dist).parts:
        yield Problem(where=where, what=f"{dist!r} goes up and down again", hint='write it plainly: dist = "dist"')


def _in_dist(components: dict[str, ProjectComponent], dist: str) -> Iterator[Problem]:
    for declared in components.values():
        if PurePosixPath(declared.folder).is_relative_to(PurePosixPath(dist)) and PurePosixPath(dist).parts:
            yield Problem(
                where=f"{declared.file}: components.{declared.name}.path",
                what=f"{declared.folder!r} lies in {dist!r}, which builds replace and `clean` deletes",
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
