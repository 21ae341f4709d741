"""Resolves toolchains: tries each origin in order. Returns the toolchain, or why no origin has it."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path

import msgspec

from wasmforge.errors import Exit, ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.events import Event
from wasmforge.model.fingerprint import ImageState, InputState
from wasmforge.model.manifest import ToolchainChoice
from wasmforge.model.plan import SkippedOptional
from wasmforge.model.toolchain import MEMORY, PROCESSES, Origin, OriginAttempt, ResolvedToolchain, Toolchain
from wasmforge.model.units import parse_size
from wasmforge.plan.recipes.template import TemplateError, expand_all, expand_one, mentioned
from wasmforge.store.cache_dirs import CacheDirs, make_folder
from wasmforge.store.store import Store
from wasmforge.toolchains.contents import outermost
from wasmforge.toolchains.file_digests import FileDigests
from wasmforge.toolchains.identity import identify
from wasmforge.toolchains.origins import OriginContext, OriginFound, OriginUnavailable, resolve_origin
from wasmforge.toolchains.shared_libraries import find_program, forget_linker_cache

OR = ", or: "
"""What parts one way to put something right from the next, in a toolchain's `fix` and in what is told."""


TRUST = "wasmforge trust"
"""What makes a project's own toolchains be looked for."""


class ToolchainResolver:
    """The toolchains of one run; each is looked for once. `root` is the project's folder.

    Those in `refused` (by name, their files) are the project's own and not trusted: nothing that they name is started.
    """

    def __init__(
        self,
        catalog: Catalog,
        choices: dict[str, ToolchainChoice],
        cache_dirs: CacheDirs,
        store: Store,
        *,
        emit: Callable[[Event], None],
        root: Path | None = None,
        offline: bool = False,
        fetch: bool = True,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        forget_linker_cache()
        self._catalog = catalog
        self._refused = refused or {}
        self._choices = choices
        own = (root,) if root else ()
        excluded = (
            *own,
            cache_dirs.cache,
            Path.home(),
            Path(tempfile.gettempdir()),
        )
        self._context = OriginContext(
            cache_dirs=cache_dirs,
            store=store,
            emit=emit,
            offline=offline,
            fetch=fetch,
            file=Path(),
            toolchains={},
            digests=FileDigests(store, excluded),
            excluded=excluded,
        )
        self._found: dict[str, ResolvedToolchain] = {}
        self.attempts: list[OriginAttempt] = []

    def looked_at(self) -> tuple[InputState, ...]:
        """Every path that finding them rested on. Raises NotFingerprintableError."""
        return self._context.lookups.states()

    def images(self) -> tuple[ImageState, ...]:
        """The images that were found."""
        return self._context.lookups.images()

    def toolchains(self, names: Iterable[str]) -> dict[str, ResolvedToolchain]:
        """The toolchains of these names. Raises ForgeError (exit 3) naming every one that is not there."""
        problems: list[Problem] = []
        found: dict[str, ResolvedToolchain] = {}
        for name in dict.fromkeys(names):
            try:
                found[name] = self.toolchain(name)
            except ForgeError as e:
                code = e.exit_code
                problems.extend(e.problems)
        if problems:
            raise ForgeError(*problems, exit_code=code)
        return found

    def available(self, names: Iterable[str]) -> tuple[dict[str, ResolvedToolchain], dict[str, SkippedOptional]]:
        """Those of these toolchains that are here, and why each of the others is not: for who only looks."""
        found: dict[str, ResolvedToolchain] = {}
        absent: dict[str, SkippedOptional] = {}
        for name in dict.fromkeys(names):
            try:
                found[name] = self.toolchain(name)
            except ForgeError as e:
                if e.exit_code != Exit.MACHINE:
                    raise
                problem = e.problems[0]
                absent[name] = SkippedOptional(why=str(problem).removeprefix(f"toolchain {name}: "), fix=problem.hint)
        return found, absent

    def toolchain(self, name: str) -> ResolvedToolchain:
        """One toolchain, from the first origin that is there."""
        if name not in self._found:
            self._found[name] = self._look(self._catalog.toolchains[name])
        return self._found[name]

    def here(self, name: str) -> ResolvedToolchain:
        """The same, as far as it is installed: nothing is fetched for it."""
        context = self._context
        self._context = msgspec.structs.replace(context, fetch=False)
        try:
            return self.toolchain(name)
        finally:
            self._context = context

    def _look(self, toolchain: Toolchain) -> ResolvedToolchain:
        if own := self._refused.get(toolchain.name):
            what = f"not trusted: {own} is this project's own"
            self.attempts.extend(_attempt(toolchain, o, why_not=what, fix=TRUST) for o in toolchain.origins[:1])
            raise ForgeError(
                Problem(where=f"toolchain {toolchain.name}", what=f"is {what}", hint=TRUST), exit_code=Exit.MACHINE
            )
        chosen = self._choices.get(toolchain.name, ToolchainChoice()).origin
        needs = {n: self.toolchain(n) for n in toolchain.needs}
        mine: list[OriginAttempt] = []
        for index, origin in enumerate(toolchain.origins):
            if chosen in (None, origin.kind):
                context = self._context.within(Path(self._catalog.origin_file(toolchain.name, index)), needs)
                try:
                    needed_toolchain = self._establish(toolchain, origin, context, mine)
                except OriginUnavailable as e:
                    mine.append(_attempt(toolchain, origin, why_not=str(e), fix=e.fix or origin.fix))
                    continue
                mine.append(
                    _attempt(toolchain, origin, identity=needed_toolchain.identity, location=needed_toolchain.location)
                )
                self.attempts.extend(mine)
                return needed_toolchain
        self.attempts.extend(mine)
        raise ForgeError(*_missing(toolchain, chosen, mine), exit_code=Exit.MACHINE)

    def _establish(
        self, toolchain: Toolchain, origin: Origin, context: OriginContext, mine: list[OriginAttempt]
    ) -> ResolvedToolchain:
        def note(location: str, why_not: str) -> None:
            mine.append(_attempt(toolchain, origin, location=location, why_not=why_not, fix=origin.fix))

        choice = self._choices.get(toolchain.name, ToolchainChoice())
        try:
            origin_found = resolve_origin(toolchain, origin, context, note)
            needed = _needed(toolchain, origin, context.toolchains)
            _together(origin_found, needed)
            others = {
                f"{n}.{t}": argv
                for n, needed_toolchain in context.toolchains.items()
                for t, argv in needed_toolchain.tools.items()
            }
            known = {**origin_found.scope, **others}
            own = self._catalog.project_toolchains.get(toolchain.name, "")
            one = identify(toolchain, origin, origin_found, needed, known, context, own)
            scratch = self._context.cache_dirs.scratch(toolchain.name, one.identity)
            scope = {**known, "cache": (str(scratch),)}
            tools = {name: expand_all(argv, scope) for name, argv in origin.tools.items()}
            links = {name: expand_one(target, scope) for name, target in origin.links.items()}
            env = {k: v for needed_toolchain in needed for k, v in needed_toolchain.env.items()}
            env.update({k: expand_one(v, scope) for k, v in {**toolchain.env, **origin.env}.items()})
            cached = str(scratch) in env.values()
            if cached:
                make_folder(scratch)
        except TemplateError as e:
            raise ForgeError(
                Problem(where=f"toolchain {toolchain.name}: origins ({origin.kind})", what=str(e))
            ) from None
        return ResolvedToolchain(
            toolchain=toolchain.name,
            origin=origin.kind,
            identity=one.identity,
            location=origin_found.location,
            tools=tools,
            contents=outermost((*one.contents, *chain(*(needed_toolchain.contents for needed_toolchain in needed)))),
            programs={} if origin_found.image else _programs(origin, origin_found, tools, needed),
            cache=str(scratch)
            if cached
            else next((needed_toolchain.cache for needed_toolchain in needed if needed_toolchain.cache), None),
            links=links,
            env=env,
            pool=toolchain.pool,
            image=origin_found.image,
            chatter=toolchain.chatter,
            hints=_hints(toolchain, needed),
            missing_files=tuple(dict.fromkeys((*toolchain.missing_files, *chain(*(n.missing_files for n in needed))))),
            shares=tuple(dict.fromkeys((*toolchain.shares, *chain(*(k.shares for k in context.toolchains.values()))))),
            versions=dict(origin_found.versions),
            memory=MEMORY if choice.memory is None else parse_size(choice.memory),
            processes=choice.processes or PROCESSES,
        )


def _hints(toolchain: Toolchain, needed: Iterable[ResolvedToolchain]) -> dict[str, str]:
    """The hints of its file, then those of the toolchains that it starts."""
    others = dict(chain.from_iterable(one.hints.items() for one in needed))
    return {**toolchain.hints, **{pattern: hint for pattern, hint in others.items() if pattern not in toolchain.hints}}


def _programs(
    origin: Origin, origin_found: OriginFound, tools: Mapping[str, tuple[str, ...]], needed: Iterable[ResolvedToolchain]
) -> dict[str, tuple[str, ...]]:
    """What its commands may start by name: its tools and what they need beside them, which all are in its identity."""
    also = {name.removeprefix("also."): words for name, words in origin_found.scope.items() if name.startswith("also.")}
    bare = {name: find_program(name) for name in origin.contents if "/" not in name}
    found = {name: (place,) for name, place in bare.items() if place}
    return {
        **{n: words for needed_toolchain in needed for n, words in needed_toolchain.programs.items()},
        **found,
        **also,
        **tools,
    }


def _needed(
    toolchain: Toolchain, origin: Origin, toolchains: Mapping[str, ResolvedToolchain]
) -> tuple[ResolvedToolchain, ...]:
    """The toolchains whose tools this origin's words mention; it is them as well, and sees what they see."""
    words = (*chain(*origin.tools.values()), *origin.links.values(), *toolchain.env.values(), *origin.env.values())
    said = mentioned((*words, *origin.contents))
    return tuple(
        needed_toolchain
        for name, needed_toolchain in toolchains.items()
        if any(word.startswith(f"{name}.") for word in said)
    )


def _together(origin_found: OriginFound, needed: Iterable[ResolvedToolchain]) -> None:
    """Words of another toolchain's tools mean something only where those are. Raises OriginUnavailable."""
    for needed_toolchain in needed:
        if needed_toolchain.image != origin_found.image:
            place = f"in image {origin_found.location}" if origin_found.image else "on this machine"
            other = f"in image {needed_toolchain.location}" if needed_toolchain.image else "on this machine"
            what = f"is {place}, and {needed_toolchain.toolchain}, which it starts, {other}"
            mine = "container" if origin_found.image else "path"
            raise OriginUnavailable(what, f'in forge.toml: [toolchains.{needed_toolchain.toolchain}] origin = "{mine}"')


def _attempt(
    toolchain: Toolchain, origin: Origin, *, identity: str = "", location: str = "", why_not: str = "", fix: str = ""
) -> OriginAttempt:
    return OriginAttempt(
        toolchain=toolchain.name, kind=origin.kind, identity=identity, location=location, why_not=why_not, fix=fix
    )


def _missing(toolchain: Toolchain, chosen: str | None, tried: list[OriginAttempt]) -> tuple[Problem, ...]:
    where = f"toolchain {toolchain.name}"
    if chosen and not tried:
        return (Problem(where=where, what=f"has no origin {chosen!r}"),)
    reasons = "; ".join(f"{t.kind}: {t.why_not}" for t in tried)
    fixes = dict.fromkeys(fix for t in tried for fix in t.fix.split(OR) if fix)
    return (Problem(where=where, what=f"is not on this machine ({reasons})", hint=OR.join(fixes)),)
