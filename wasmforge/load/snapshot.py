"""Takes a snapshot of a component's sources: which files its recipe's globs find, and their digests."""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.load.globs import matcher
from wasmforge.load.listing import Listing, listing
from wasmforge.load.project import Project
from wasmforge.model.manifest import Placed
from wasmforge.model.plan import Named, Snapshot, SourceFile
from wasmforge.model.recipe import Recipe, Step


def load_snapshots(
    project: Project,
    wanted: Iterable[tuple[Placed, Recipe]],
    named: Mapping[tuple[str, str], Iterable[Named]] | None = None,
) -> dict[tuple[str, str], Snapshot]:
    """Snapshots by (component, recipe), each with the files that its options name.

    Raises ForgeError with every component whose sources are not right.
    """
    problems: list[Problem] = []
    snapshots: dict[tuple[str, str], Snapshot] = {}
    listings: dict[str, Listing] = {}
    digests: dict[str, SourceFile] = {}
    for placed, recipe in wanted:
        key = (placed.name, recipe.name)
        if key in snapshots:
            continue
        try:
            if placed.folder not in listings:
                listings[placed.folder] = listing(project, placed.folder)
            asked = tuple((named or {}).get(key, ()))
            snapshots[key] = _snapshot(project, placed, recipe, asked, listings[placed.folder], digests)
        except ForgeError as e:
            problems.extend(e.problems)
    if problems:
        raise ForgeError(*problems)
    return snapshots


def _snapshot(
    project: Project,
    placed: Placed,
    recipe: Recipe,
    named: Iterable[Named],
    found: Listing,
    digests: dict[str, SourceFile],
) -> Snapshot:
    base = "" if placed.folder == "." else f"{placed.folder}/"
    files_there = found.files
    groups = {g: _group(placed, recipe, g, files_there) for g in recipe.sources}
    if unknown := [g for g in placed.component.sources if g not in recipe.sources]:
        raise ForgeError(
            *(
                Problem(
                    where=f"{placed.file}: components.{placed.name}.sources.{g}",
                    what=f"recipe {recipe.name!r} has no such group of sources",
                    hint=did_you_mean(g, list(recipe.sources)),
                )
                for g in unknown
            )
        )
    if not any(groups[g] for g in commanded_groups(recipe)) and commanded_groups(recipe):
        looked = ", ".join(p for g in commanded_groups(recipe) for p in recipe.sources[g])
        raise ForgeError(
            Problem(
                where=f"{placed.file}: components.{placed.name}",
                what=f"no source files in {placed.folder}/",
                hint=f"recipe {recipe.name!r} looks for {looked}; components.{placed.name}.sources names others",
            )
        )
    asked = [path for paths in groups.values() for path in paths]
    asked += [n.path for n in named if n.path in files_there or _must(placed, n, files_there)]
    wanted = sorted(set(asked))
    files = {p: _file(project, base + p, digests) for p in wanted}
    return Snapshot(component=placed.name, recipe=recipe.name, groups=groups, files=files, folders=found.folders)


def _must(placed: Placed, named: Named, listing: Mapping[str, None]) -> bool:
    """Refuse a file that forge.toml names and that is not there; a default need not be."""
    if named.said:
        where = f"{placed.file}: components.{placed.name}.{named.where}"
        hint = did_you_mean(named.path, list(listing)[:200]) if listing else "the folder is empty"
        raise ForgeError(Problem(where=where, what=f"no file {named.path} in {placed.folder}/", hint=hint))
    return False


def commanded_groups(recipe: Recipe) -> tuple[str, ...]:
    """The groups that some command is told of by name; without a file in any of them there is nothing to do.

    A command that is told of no files at all finds by itself what is laid for it: its inputs count.
    """
    words = [w for s in recipe.steps for w in _said(s)]
    told = ("{sources.", "{steps.")
    words += [w for s in recipe.steps if not any(t in x for x in _said(s) for t in told) for w in s.inputs]
    return tuple(g for g in recipe.sources if any("{sources." + g + end in w for w in words for end in "}."))


def _said(step: Step) -> tuple[str, ...]:
    """The words of a command and of what it is done for each of."""
    return (*(w for p in step.run for w in ((p,) if isinstance(p, str) else p)), step.each or "")


def _group(placed: Placed, recipe: Recipe, group: str, listing: Mapping[str, None]) -> tuple[str, ...]:
    """Paths of one group, in the order of their patterns and by name within one; each path once."""
    own = placed.component.sources.get(group)
    found: dict[str, None] = {}
    for index, pattern in enumerate(own if own is not None else recipe.sources[group]):
        match = matcher(pattern)
        hits = sorted(p for p in listing if match.fullmatch(p))
        if not hits and own is not None:
            raise ForgeError(
                Problem(
                    where=f"{placed.file}: components.{placed.name}.sources.{group}.{index}",
                    what=f"{pattern!r} matches no file in {placed.folder}/",
                    hint=did_you_mean(pattern, list(listing)[:200]) if listing else "the folder is empty",
                )
            )
        found.update(dict.fromkeys(hits))
    return tuple(found)


def _file(project: Project, shown: str, digests: dict[str, SourceFile]) -> SourceFile:
    """A source by its path from the project's root; bare calls, because a build does this for every file it has."""
    if shown in digests:
        return digests[shown]
    path = f"{project.root}/{shown}"
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            _check_link(project, Path(path), shown)
            mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            what = "is not a file (a pipe, a socket or a device)"
            raise ForgeError(Problem(where=shown, what=what, hint="move it away"))
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - see above
            data = file.read()
        executable = os.access(path, os.X_OK)
    except OSError as e:
        raise ForgeError(Problem(where=shown, what=f"cannot be read: {e.strerror}")) from None
    digests[shown] = SourceFile(
        path=shown, digest=hashlib.sha256(data).hexdigest(), size=len(data), executable=executable
    )
    return digests[shown]


def _check_link(project: Project, path: Path, shown: str) -> None:
    """Refuse a symbolic link that leads nowhere we may read."""
    try:
        outside = not path.resolve().is_relative_to(project.root.resolve())
    except (OSError, RuntimeError):
        raise ForgeError(Problem(where=shown, what="is a symbolic link that leads to itself")) from None
    if outside:
        raise ForgeError(
            Problem(where=shown, what="is a symbolic link that leads outside the project", hint="copy the file in")
        )
