"""Takes a snapshot of a component's sources: the files that its recipe's patterns match, and their digests."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from wasmforge.config import inputs
from wasmforge.config.listing import Listing, listing, may_hold_sources
from wasmforge.config.patterns import SourcePattern, in_force, parse, rooted
from wasmforge.config.project import Project
from wasmforge.config.source_reader import SourceReader
from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.model.manifest import ProjectComponent
from wasmforge.model.names import UNPRINTABLE
from wasmforge.model.plan import FileList, OptionFile, OptionWord, Snapshot, SourceFile
from wasmforge.model.recipe import Recipe, Step
from wasmforge.model.root_paths import FROM_ROOT, in_action
from wasmforge.model.units import format_size
from wasmforge.plan.paths import folder_in_action
from wasmforge.plan.recipes.scope import variables_of, with_list_words
from wasmforge.plan.recipes.template import TemplateError, mentioned

MAX_NAMES = 200
"""How many files are looked through for a similar name."""

MAX_FILES_BYTES = 256 << 20
"""What the files of a component may have together: a page holds them in memory, a test copies them."""

Named = OptionFile | OptionWord | FileList
"""What forge.toml names beside the groups of sources."""

_WORD = re.compile(r"[^\s\"'=<>]+")


def load_snapshots(
    project: Project,
    components: Iterable[tuple[ProjectComponent, Recipe]],
    named: Mapping[tuple[str, str], Iterable[Named]] | None = None,
    fetched: Mapping[str, Mapping[str, SourceFile]] | None = None,
) -> dict[tuple[str, str], Snapshot]:
    """Snapshots by (component, recipe), each with the files that its options name and that its `files` match.

    `fetched` are files by component and by path from its folder that count as its own.
    Raises ForgeError with the mistakes of all components.
    """
    problems: list[Problem] = []
    snapshots: dict[tuple[str, str], Snapshot] = {}
    folders, reader = Folders(project), SourceReader(project)
    for declared, recipe in components:
        key = (declared.name, recipe.name)
        if key in snapshots:
            continue
        try:
            words, published = tuple((named or {}).get(key, ())), (fetched or {}).get(declared.name, {})
            snapshots[key] = _Sources(declared, recipe, words, folders, reader, published).snapshot()
        except ForgeError as e:
            problems.extend(e.problems)
    if problems:
        raise ForgeError(*problems)
    return snapshots


class Folders:
    """Lists each folder of a project once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._listings: dict[tuple[str, int | None], Listing] = {}

    def listing(self, folder: str, depth: int | None = None) -> Listing:
        """See `config.listing.listing`."""
        key = (folder, depth)
        if key not in self._listings:
            self._listings[key] = listing(self.project, folder, depth)
        return self._listings[key]

    def from_root(self, folder: str, depth: int | None = None) -> Listing | None:
        """What is below a folder that somebody names from the root; None if it cannot hold sources."""
        return self.listing(folder, depth) if may_hold_sources(self.project, folder) else None


class _Sources:
    """The sources of one component, built with one recipe."""

    def __init__(
        self,
        declared: ProjectComponent,
        recipe: Recipe,
        named: tuple[Named, ...],
        folders: Folders,
        reader: SourceReader,
        fetched: Mapping[str, SourceFile],
    ) -> None:
        self.declared, self.recipe, self.folders, self.reader = declared, recipe, folders, reader
        self.where = f"{declared.file}: components.{declared.name}"
        self.option_files = [n for n in named if isinstance(n, OptionFile)]
        self.words = [n for n in named if isinstance(n, OptionWord)]
        self.file_lists = [n for n in named if isinstance(n, FileList)]
        self.language = declared.component.language
        self.fetched = fetched
        self.own = {**folders.listing(declared.folder).files, **dict.fromkeys(fetched)}
        self.searched: dict[str, int | None] = {}
        """Folders from the root that patterns and options name, and how many levels of each."""

    def snapshot(self) -> Snapshot:
        """All of them. Raises ForgeError."""
        self._refuse_unknown_groups()
        self._refuse_fetched_over_own()
        groups = {g: self._group(g) for g in self.recipe.sources if not self._is_by_mention(g)}
        paths = {path: None for found in groups.values() for path in found}
        paths.update({n.path: None for n in self.option_files if n.path in self.own or self._require(n)})
        self._add_option_folders()
        required = required_groups(self.recipe, self.language)
        includes = self._public_includes()
        public = self._public({path for group in required for path in groups.get(group, ())}, includes)
        if required and not any(groups.get(g) for g in required) and not public:
            raise ForgeError(self._no_sources(required, groups))
        for group in (g for g in self.recipe.sources if self._is_by_mention(g)):
            words = [word for named in self.words for word in _WORD.findall(named.word)]
            groups[group] = tuple(sorted(self._mentioned(group, paths, words)))
        matched = {said.patterns: self._given(said) for said in self.file_lists}
        paths.update({path: None for found in (*groups.values(), public, *matched.values()) for path in found})
        for path in paths:
            if UNPRINTABLE.search(path):
                what = "has a control character in its name, or one that changes the direction of text"
                raise ForgeError(Problem(where=ascii(self._shown(path)), what=what, hint="rename it"))
        files = {p: self.fetched.get(p) or self.reader.file(self._shown(p)) for p in sorted(paths)}
        for said in self.file_lists:
            self._bound_size(said, {path: files[path].size for path in matched[said.patterns]})
        return Snapshot(
            component=self.declared.name,
            recipe=self.recipe.name,
            groups={g: groups[g] for g in self.recipe.sources},
            files=files,
            folders=self._all_folders(),
            public=public,
            public_includes=includes,
            fetched=tuple(p for p in sorted(paths) if p in self.fetched),
            matched=matched,
        )

    def _bound_size(self, said: FileList, sizes: Mapping[str, int]) -> None:
        """Refuse more than a page or a test can be given."""
        if (total := sum(sizes.values())) <= MAX_FILES_BYTES:
            return
        largest = max(sizes, key=lambda path: sizes[path])
        what = f"these files have {format_size(total)} together, and at most {format_size(MAX_FILES_BYTES)} are loaded"
        hint = f"the largest is {largest} with {format_size(sizes[largest])}; let the page fetch such a file itself"
        raise ForgeError(Problem(where=f"{self.where}.{said.where}", what=what, hint=hint))

    def _shown(self, path: str) -> str:
        """The path from the root of a file by its path in an action's directory; absolute if it was fetched."""
        if path in self.fetched:
            return self.fetched[path].path
        root = in_action("") + "/"
        return path[len(root) :] if path.startswith(root) else posixpath.normpath(f"{self.declared.folder}/{path}")

    def _all_folders(self) -> tuple[str, ...]:
        listings = [self.folders.listing(self.declared.folder)]
        listings += (self.folders.listing(folder, depth) for folder, depth in self.searched.items())
        return tuple(sorted({folder for each in listings for folder in each.folders}))

    def _is_by_mention(self, group: str) -> bool:
        """Whether only files that others mention count; a component that lists a group's files means these."""
        return group in self.recipe.mentioned and group not in self.declared.component.sources

    def _refuse_unknown_groups(self) -> None:
        known = self.recipe.sources
        if unknown := [g for g in self.declared.component.sources if g not in known]:
            raise ForgeError(
                *(
                    Problem(
                        where=f"{self.where}.sources.{g}",
                        what=f"recipe {self.recipe.name!r} has no such group of sources",
                        hint=did_you_mean(g, list(known)),
                    )
                    for g in unknown
                )
            )

        used = groups_for(self.recipe, self.language)
        for group in (g for g in self.declared.component.sources if g not in used):
            if others := self._languages_with(group):
                what = f"recipe {self.recipe.name!r} builds no {group} where the language is {self.language}"
                hint = f"it does where it is {others}"
                raise ForgeError(Problem(where=f"{self.where}.sources.{group}", what=what, hint=hint))

    def _refuse_fetched_over_own(self) -> None:
        own = self.folders.listing(self.declared.folder).files
        if clash := next((path for path in self.fetched if path in own), None):
            what = f"brings {clash}, and {self.declared.folder}/ has a file of that name"
            hint = "name another place for it: path = …"
            raise ForgeError(Problem(where=f"{self.where}.fetch", what=what, hint=hint))

    def _languages_with(self, group: str) -> str:
        return " or ".join(name for name in self.recipe.languages if group in groups_for(self.recipe, name))

    def _no_sources(self, required: tuple[str, ...], groups: Mapping[str, tuple[str, ...]]) -> Problem:
        patterns = ", ".join(p for g in required for p in self.recipe.sources[g])
        hint = f"recipe {self.recipe.name!r} looks for {patterns}; components.{self.declared.name}.sources names others"
        used = groups_for(self.recipe, self.language)
        for group, found in groups.items():
            if found and group not in used and (others := self._languages_with(group)):
                hint = f"{found[0]} is there, which is built where the language is {others}"
        return Problem(where=self.where, what=f"no source files in {self.declared.folder}/", hint=hint)

    def _require(self, named: OptionFile) -> bool:
        """Refuse a missing file that forge.toml names; an option's default may be missing."""
        if named.said:
            what = f"no file {named.path} in {self.declared.folder}/"
            raise ForgeError(Problem(where=f"{self.where}.{named.where}", what=what, hint=self._near(named.path)))
        return False

    def _near(self, path: str, among: Iterable[str] | None = None) -> str:
        names = list(self.own if among is None else among)[:MAX_NAMES]
        return did_you_mean(path, names) if names else "the folder is empty"

    def _group(self, group: str) -> tuple[str, ...]:
        """Paths of one group, in the order of their patterns and by name within one; each path once."""
        own = self.declared.component.sources.get(group)
        written = in_force(own, self.recipe.sources[group])
        return self._listed(written, own, f"{self.where}.sources.{group}", group)

    def _given(self, said: FileList) -> tuple[str, ...]:
        """The files that the module is given, in the component's folder."""
        place = f"{self.where}.{said.where}"
        if rooted := next((p for p in said.patterns if parse(p).from_root), None):
            what = f"{rooted!r} begins at the project's root, and these files lie in the component's folder"
            hint = "name a folder above as the component's path, or copy them in"
            raise ForgeError(Problem(where=f"{place}.{said.patterns.index(rooted)}", what=what, hint=hint))
        return self._listed(said.patterns, said.patterns, place, "files")

    def _listed(self, written: tuple[str, ...], own: tuple[str, ...] | None, place: str, group: str) -> tuple[str, ...]:
        """What a list of patterns matches. Raises ForgeError for one of the component's `own` without effect."""
        found: dict[str, None] = {}
        for pattern in (p for p in written if not parse(p).excludes):
            hits = self._hits(parse(pattern))
            if not hits and own is not None and pattern in own:
                raise ForgeError(self._no_match(f"{place}.{own.index(pattern)}", pattern))
            found.update(dict.fromkeys(hits))
        for pattern in (p for p in written if parse(p).excludes):
            gone = [path for path in found if self._is_match(parse(pattern), path)]
            if not gone and own is not None:
                what = f"{pattern!r} takes nothing away: the other patterns of {group} match no such file"
                hint = self._near(parse(pattern).glob, found) if found else "drop it"
                raise ForgeError(Problem(where=f"{place}.{own.index(pattern)}", what=what, hint=hint))
            for path in gone:
                del found[path]
        return tuple(found)

    def _hits(self, pattern: SourcePattern) -> list[str]:
        match = pattern.matcher()
        if not pattern.from_root:
            return sorted(p for p in self.own if match.fullmatch(p))
        depth = pattern.depth if pattern.folder == "." else None
        if (listed := self._listed_from_root(pattern.folder, depth)) is None:
            return []
        base = "" if pattern.folder == "." else f"{pattern.folder}/"
        return sorted(in_action(base + p) for p in listed.files if match.fullmatch(base + p))

    @staticmethod
    def _is_match(pattern: SourcePattern, path: str) -> bool:
        """Whether a pattern matches a path in an action's directory."""
        root = in_action("") + "/"
        if path.startswith(root) != pattern.from_root:
            return False
        return bool(pattern.matcher().fullmatch(path.removeprefix(root)))

    def _listed_from_root(self, folder: str, depth: int | None) -> Listing | None:
        listed = self.folders.from_root(folder, depth)
        if listed is not None and self.searched.get(folder, 0) is not None:
            self.searched[folder] = depth if depth is None else max(depth, self.searched.get(folder) or 0)
        return listed

    def _no_match(self, where: str, pattern: str) -> Problem:
        parsed, folder = parse(pattern), self.declared.folder
        if parsed.from_root:
            return Problem(
                where=where, what=f"{pattern!r} matches no file of the project", hint=self._near_root(parsed)
            )
        hint = self._near(pattern)
        if ".." in parsed.glob.split("/"):
            written = rooted(pattern, folder)
            hint = "a pattern stays in the component's folder, or begins at the project's root"
            hint += f': "{written}"' if written else "; nothing outside of the project is a source"
        return Problem(where=where, what=f"{pattern!r} matches no file in {folder}/", hint=hint)

    def _near_root(self, pattern: SourcePattern) -> str:
        """What to do about a pattern from the root that matches nothing."""
        if not may_hold_sources(self.folders.project, pattern.folder):
            return f"there is no folder {FROM_ROOT}{pattern.folder} with sources"
        names = self.folders.listing(pattern.folder, pattern.depth if pattern.folder == "." else None).files
        base = "" if pattern.folder == "." else f"{pattern.folder}/"
        return self._near(f"{FROM_ROOT}{pattern.glob}", [f"{FROM_ROOT}{base}{name}" for name in names])

    def _add_option_folders(self) -> None:
        """Note the folders that options name from the root, and refuse those that are not there."""
        for named in (w for w in self.words if w.folder):
            self._require_folder(named.where, named.word)

    def _require_folder(self, where: str, written: str) -> None:
        """Refuse a folder that is not there; one from the root is searched as the component's own."""
        place = f"{self.where}.{where}"
        if written.startswith(FROM_ROOT):
            folder = posixpath.normpath(written.removeprefix(FROM_ROOT) or ".")
            if self._listed_from_root(folder, None) is None:
                raise ForgeError(Problem(where=place, what=f"the project has no folder {folder}/ with sources"))
            return
        inner = self.folders.project.root / self.declared.folder / written
        known = {f for path in self.own for f in _folders_of(path)}
        if not (written.startswith("needs/") or posixpath.normpath(written) in known or inputs.is_dir(inner)):
            what = f"no folder {written} in {self.declared.folder}/"
            raise ForgeError(Problem(where=place, what=what, hint=did_you_mean(written, sorted(known))))

    def _public_includes(self) -> tuple[str, ...]:
        """The folders that a library gives to those that need it, as they lie in an action's directory."""
        component = self.declared.component
        if component.kind != "library" or not gives_own_headers(self.recipe):
            return ()
        if component.public_includes is None:
            return ("include",) if any(path.startswith("include/") for path in self.own) else (".",)
        for index, written in enumerate(component.public_includes):
            self._require_folder(f"public-includes.{index}", written)
        return tuple(map(folder_in_action, component.public_includes))

    def _public(self, units: Collection[str], includes: tuple[str, ...]) -> tuple[str, ...]:
        """The files in these folders that may be included, which are no units, and what they mention in turn."""
        if not includes:
            return ()
        groups = [g for g in self.recipe.sources if self._is_by_mention(g)]
        globs = [parse(p) for g in groups for p in self.recipe.sources[g]]
        found = {
            path
            for path in self._all_files()
            if path not in units
            and any(folder == "." or path.startswith(f"{folder}/") for folder in includes)
            and (not groups or _is_any(globs, path))
        }
        for group in groups:
            found |= self._mentioned(group, sorted(found), ())
        return tuple(sorted(found))

    def _mentioned(self, group: str, paths: Iterable[str], words: Iterable[str]) -> set[str]:
        """The files of a group that these files and words mention by name, and those that they mention in turn."""
        pattern, globs = self.recipe.mentioned[group], [parse(p) for p in self.recipe.sources[group]]
        by_name: dict[str, list[str]] = {}
        for path in self._all_files():
            by_name.setdefault(path.rsplit("/", 1)[-1], []).append(path)
        queue = [p for p in paths if _is_any(globs, p)]
        seen, found = set(queue), set[str]()

        def add(names: Iterable[str]) -> None:
            hits = [p for p in _named(names, by_name) if _is_any(globs, p)]
            found.update(hits)
            new = dict.fromkeys(p for p in hits if p not in seen)
            seen.update(new)
            queue.extend(new)

        add(words)
        for path in queue:  # grows while it is gone through
            add(self.reader.mentions(self._shown(path), pattern))
        return found

    def _all_files(self) -> Iterator[str]:
        """Every file in the component's folder and in those that are named from the root."""
        yield from self.own
        for folder, depth in self.searched.items():
            base = "" if folder == "." else f"{folder}/"
            yield from (in_action(base + p) for p in self.folders.listing(folder, depth).files)


def _named(names: Iterable[str], by_name: Mapping[str, list[str]]) -> Iterator[str]:
    """The files that these names may mean: the ends of their paths are equal, whatever folder is searched."""
    for name in names:
        parts = [part for part in name.split("/") if part not in ("", ".", "..")]
        end = "/".join(parts)
        for path in by_name.get(parts[-1], ()) if parts else ():
            if path == end or path.endswith(f"/{end}"):
                yield path


def _is_any(globs: Iterable[SourcePattern], path: str) -> bool:
    return any(g.matcher().fullmatch(path) for g in globs)


def _folders_of(path: str) -> Iterator[str]:
    """Every folder that a path leads through."""
    while "/" in path:
        path = path.rsplit("/", 1)[0]
        yield path


def required_groups(recipe: Recipe, language: str) -> tuple[str, ...]:
    """The groups that some command mentions; without a file in any of them there is nothing to build.

    Of a command that mentions no files its inputs count: it finds by itself what is in its directory.
    """
    groups: set[str] = set()
    for step in _steps_for(recipe, language):
        try:
            names = mentioned(with_list_words(recipe, (*step.run, step.each or "")))
            if not any(name.startswith(("sources.", "steps.")) for name in names):
                names = (*names, *mentioned(with_list_words(recipe, step.inputs)))
        except TemplateError:
            continue  # `lint` reports it
        groups |= {name.split(".")[1] for name in names if name.startswith("sources.")}
    return tuple(group for group in recipe.sources if group in groups)


def gives_own_headers(recipe: Recipe) -> bool:
    """Whether a library that this recipe builds gives folders of its sources, and not what a build installed."""
    with suppress(TemplateError):  # `lint` reports it
        return "public.includes" in mentioned(recipe.library.get("includes", ()))
    return False


def groups_for(recipe: Recipe, language: str) -> frozenset[str]:
    """The groups whose files some command reads where the component is in this language."""
    groups: set[str] = set()
    for step in _steps_for(recipe, language):
        with suppress(TemplateError):  # `lint` reports it
            words = (*step.run, *step.inputs, step.each or "", *variables_of(recipe, step).values())
            names = mentioned(with_list_words(recipe, words))
            groups |= {name.split(".")[1] for name in names if name.startswith("sources.")}
    return frozenset(groups)


def _steps_for(recipe: Recipe, language: str) -> Iterator[Step]:
    """The steps that are not for other languages: `each` mentions no word that this one has not."""
    row = recipe.languages.get(language, {})
    for step in recipe.steps:
        try:
            names = mentioned(with_list_words(recipe, (step.each or "",)))
        except TemplateError:
            names = ()
        if all(name.split(".")[1] in row for name in names if name.startswith("language.")):
            yield step
