"""Finds toolchains: tries each origin in order until one is there, and tells why the others are not."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path

from wasmforge.errors import Exit, ForgeError, Problem
from wasmforge.execute.origins import Context, NotThere, There, give
from wasmforge.execute.places import Places, make_folder
from wasmforge.execute.store import Store
from wasmforge.model.catalog import Catalog
from wasmforge.model.events import Event
from wasmforge.model.manifest import ToolchainChoice
from wasmforge.model.size import parse_size
from wasmforge.model.toolchain import MEMORY, PROCESSES, Kit, Origin, Toolchain, Tried
from wasmforge.plan.words import BadWordError, expand_all, expand_one, mentioned

OR = ", or: "
"""What parts one way to put something right from the next, in a toolchain's `fix` and in what is told."""


class Tools:
    """The toolchains of one run; each is looked for once."""

    def __init__(
        self,
        catalog: Catalog,
        choices: dict[str, ToolchainChoice],
        places: Places,
        store: Store,
        *,
        tell: Callable[[Event], None],
        offline: bool = False,
        fetch: bool = True,
    ) -> None:
        self._catalog = catalog
        self._choices = choices
        self._context = Context(
            places=places, store=store, tell=tell, offline=offline, fetch=fetch, file=Path(), kits={}
        )
        self._found: dict[str, Kit] = {}
        self.tried: list[Tried] = []

    def kits(self, names: Iterable[str]) -> dict[str, Kit]:
        """The toolchains of these names. Raises ForgeError (exit 3) naming every one that is not there."""
        problems: list[Problem] = []
        found: dict[str, Kit] = {}
        for name in dict.fromkeys(names):
            try:
                found[name] = self.kit(name)
            except ForgeError as e:
                code = e.exit_code
                problems.extend(e.problems)
        if problems:
            raise ForgeError(*problems, exit_code=code)
        return found

    def kit(self, name: str) -> Kit:
        """One toolchain, from the first origin that is there."""
        if name not in self._found:
            self._found[name] = self._look(self._catalog.toolchains[name])
        return self._found[name]

    def _look(self, toolchain: Toolchain) -> Kit:
        chosen = self._choices.get(toolchain.name, ToolchainChoice()).origin
        needs = {n: self.kit(n) for n in toolchain.needs}
        file = Path(self._catalog.places[f"toolchain {toolchain.name}"][0])
        context = self._context.within(file, needs)
        mine: list[Tried] = []
        for origin in toolchain.origins:
            if chosen in (None, origin.kind):
                try:
                    kit = self._establish(toolchain, origin, context, mine)
                except NotThere as e:
                    mine.append(_tried(toolchain, origin, why_not=str(e), fix=e.fix or origin.fix))
                    continue
                mine.append(_tried(toolchain, origin, identity=kit.identity, location=kit.location))
                self.tried.extend(mine)
                return kit
        self.tried.extend(mine)
        raise ForgeError(*_missing(toolchain, chosen, mine), exit_code=Exit.MACHINE)

    def _establish(self, toolchain: Toolchain, origin: Origin, context: Context, mine: list[Tried]) -> Kit:
        def note(location: str, why_not: str) -> None:
            mine.append(_tried(toolchain, origin, location=location, why_not=why_not, fix=origin.fix))

        choice = self._choices.get(toolchain.name, ToolchainChoice())
        there = give(toolchain, origin, context, note)
        needed = _needed(toolchain, origin, context.kits)
        _together(there, needed)
        others = (kit.identity for kit in needed if kit.identity not in there.identity)
        identity = f"{', '.join((there.identity, *others))} as {_manner(toolchain, origin)}"
        scratch = self._context.places.scratch(toolchain.name, there.identity)
        scope = {**there.scope, "cache": (str(scratch),)}
        scope.update({f"{n}.{t}": argv for n, kit in context.kits.items() for t, argv in kit.tools.items()})
        try:
            tools = {name: expand_all(argv, scope) for name, argv in origin.tools.items()}
            links = {name: expand_one(target, scope) for name, target in origin.links.items()}
            env = {k: v for kit in needed for k, v in kit.env.items()}
            env.update({k: expand_one(v, scope) for k, v in {**toolchain.env, **origin.env}.items()})
            if str(scratch) in env.values():
                make_folder(scratch)
        except BadWordError as e:
            raise ForgeError(
                Problem(where=f"toolchain {toolchain.name}: origins ({origin.kind})", what=str(e))
            ) from None
        return Kit(
            toolchain=toolchain.name,
            origin=origin.kind,
            identity=identity,
            location=there.location,
            tools=tools,
            links=links,
            env=env,
            pool=toolchain.pool,
            image=there.image,
            chatter=toolchain.chatter,
            hints=toolchain.hints,
            shares=tuple(dict.fromkeys((*toolchain.shares, *chain(*(k.shares for k in context.kits.values()))))),
            versions=dict(there.versions),
            memory=MEMORY if choice.memory is None else parse_size(choice.memory),
            processes=choice.processes or PROCESSES,
        )


def _manner(toolchain: Toolchain, origin: Origin) -> str:
    """A short hash of how its tools are started: the same compiler with another variable may compile otherwise."""
    words = (origin.tools, origin.links, toolchain.env, origin.env)
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:8]


def _needed(toolchain: Toolchain, origin: Origin, kits: Mapping[str, Kit]) -> tuple[Kit, ...]:
    """The toolchains whose tools this origin's words mention; it is them as well, and sees what they see."""
    said = mentioned((*chain(*origin.tools.values()), *toolchain.env.values(), *origin.env.values()))
    return tuple(kit for name, kit in kits.items() if any(word.startswith(f"{name}.") for word in said))


def _together(there: There, needed: Iterable[Kit]) -> None:
    """Words of another toolchain's tools mean something only where those are. Raises NotThere."""
    for kit in needed:
        if kit.image != there.image:
            place = f"in image {there.location}" if there.image else "on this machine"
            other = f"in image {kit.location}" if kit.image else "on this machine"
            what = f"is {place}, and {kit.toolchain}, which it starts, {other}"
            mine = "container" if there.image else "path"
            raise NotThere(what, f'in forge.toml: [toolchains.{kit.toolchain}] origin = "{mine}"')


def _tried(
    toolchain: Toolchain, origin: Origin, *, identity: str = "", location: str = "", why_not: str = "", fix: str = ""
) -> Tried:
    return Tried(
        toolchain=toolchain.name, kind=origin.kind, identity=identity, location=location, why_not=why_not, fix=fix
    )


def _missing(toolchain: Toolchain, chosen: str | None, tried: list[Tried]) -> tuple[Problem, ...]:
    where = f"toolchain {toolchain.name}"
    if chosen and not tried:
        return (Problem(where=where, what=f"has no origin {chosen!r}"),)
    reasons = "; ".join(f"{t.kind}: {t.why_not}" for t in tried)
    fixes = dict.fromkeys(fix for t in tried for fix in t.fix.split(OR) if fix)
    return (Problem(where=where, what=f"is not on this machine ({reasons})", hint=OR.join(fixes)),)
