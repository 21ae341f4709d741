"""Makes through the store what no delivery has: for those who measure; promises, proves and delivers nothing."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from wasmforge import execute
from wasmforge.errors import ForgeError
from wasmforge.execute.launch import launch
from wasmforge.execute.lock import locked
from wasmforge.execute.perform import Executor
from wasmforge.execute.rooms import Rooms
from wasmforge.execute.store import Blob
from wasmforge.execute.turns import Turns
from wasmforge.ground import Ground
from wasmforge.model.base import Noun
from wasmforge.model.events import Waiting
from wasmforge.model.plan import Plan
from wasmforge.plan import Wanted
from wasmforge.plan.make import base_label

Key = TypeVar("Key", bound=Hashable)


class Made(Noun, frozen=True, kw_only=True):
    """What was made, and its file's name; or why there is nothing, and what would help."""

    blob: Blob | None = None
    name: str = ""
    why: str = ""
    fix: str = ""


def make_apart(ground: Ground, wanted: Mapping[Key, Wanted], role: str) -> dict[Key, Made]:
    """The output of this role of each that is wanted."""
    ground.places.ready()
    with locked(ground.project.state, lambda: ground.tell(Waiting(what="another build of this project"))):
        try:
            plan, kits = ground.plan(tuple(wanted.values()))
        except ForgeError as e:
            first = e.problems[0]
            return {key: Made(why=str(first), fix=first.hint) for key in wanted}
        ran = execute.run(
            plan,
            kits,
            ground.store,
            Executor(ground.root, Rooms(ground.places.work), ground.store, ground.cancel, launch),
            ground.history,
            Turns(ground.places.turns, ground.cancel, lambda: None),
            workers=ground.settings.threads,
            keep_going=True,
            cancel=ground.cancel,
            tell=ground.tell,
        )
    places = _places(ground, role)
    return {key: _made(plan, ran, f"{base_label(one.settled)}:", places, role) for key, one in wanted.items()}


def _places(ground: Ground, role: str) -> dict[str, int]:
    """By step, which of its outputs has this role."""
    recipes = (*ground.catalog.recipes.values(), *ground.catalog.passes.values())
    return {s.name: list(s.outputs).index(role) for r in recipes for s in r.steps if role in s.outputs}


def _made(plan: Plan, ran: execute.Ran, base: str, places: Mapping[str, int], role: str) -> Made:
    """What the actions with labels that begin so gave."""
    if failed := next((f for f in ran.failures if f.label.startswith(base)), None):
        return Made(why=f"{failed.label}: {failed.reason}", fix=failed.hint)
    for label, entry in ran.entries.items():
        action = plan.actions[label]
        if label.startswith(base) and action.step in places:
            name = action.outputs[places[action.step]]
            return Made(blob=entry.outputs[name], name=name)
    return Made(why=f"its recipe makes no {role}")
