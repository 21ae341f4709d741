"""Names the inputs of a link that brought a feature in: what compilers wrote into objects is gone from the module."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from wasmforge.execute.store import Entry, Store
from wasmforge.model.plan import Action, Delivery, Given, Plan
from wasmforge.model.vocabulary import COMPILER_NAMES
from wasmforge.wasm import Malformed, read
from wasmforge.wasm.archive import members

NAMED = 5
"""How many are named; one is enough to begin with."""


class Blame:
    """What a build's actions took and gave, to be asked who brought a feature in."""

    def __init__(self, root: Path, plan: Plan, entries: Mapping[str, Entry], store: Store) -> None:
        self._root = root
        self._plan = plan
        self._entries = entries
        self._store = store

    def __call__(self, delivery: Delivery, feature: str) -> tuple[str, ...]:
        """Objects, and members of archives, compiled with `feature`; empty where compilers left no word of it."""
        named = COMPILER_NAMES.get(feature, feature)
        starts = [self._plan.actions[p.action] for p in delivery.pieces if p.role == "module"]
        found = [name for name, data in self._inputs(starts) if f"+{named}" in _said(data)]
        more = len(found) - NAMED
        return (*found[:NAMED], *((f"{more} more",) if more > 0 else ()))

    def linked(self, delivery: Delivery, name: str) -> tuple[Path, str] | None:
        """The module of which the delivered file was made by passes: where it is kept, and its digest."""
        piece = next((p for p in delivery.pieces if p.name == name), None)
        if piece is None:
            return None
        action, output = piece.action, piece.output
        while before := self._module_for(action):
            action, output = before.action, before.output
        blob = self._entries[action].outputs.get(output) if action in self._entries else None
        return (self._store.blob_path(blob.digest), blob.digest) if blob and self._store.has(blob) else None

    def _module_for(self, action: str) -> Given | None:
        """The one module that an action was given, if it was, besides those of needed components."""
        givens = [g for g in self._plan.actions[action].givens if not g.path.startswith("needs/")]
        modules = [g for g in givens if g.path.endswith(".wasm")]
        return modules[0] if len(modules) == 1 else None

    def _inputs(self, actions: list[Action]) -> Iterator[tuple[str, memoryview]]:
        """Every object that these actions, and those before them, were given; archives are opened."""
        seen: set[str] = set()
        while actions:
            action = actions.pop()
            if action.label in seen:
                continue
            seen.add(action.label)
            for given in action.givens:
                actions.append(self._plan.actions[given.action])
                if given.path.endswith((".o", ".a")) and given.action in self._entries:
                    blob = self._entries[given.action].outputs.get(given.output)
                    yield from _objects(given.path, (self._store.get(blob.digest) if blob else None) or b"")
            for path, source in action.sources.items():
                if path.endswith((".o", ".a")):
                    yield from _objects(path, (self._root / source.path).read_bytes())


def _objects(path: str, data: bytes) -> Iterator[tuple[str, memoryview]]:
    inside = [(f"{path}({name})", content) for name, content in members(data)]
    yield from inside or [(path, memoryview(data))]


def _said(data: memoryview) -> tuple[str, ...]:
    """The features that an object's compiler was allowed to use."""
    try:
        return read(data).target_features
    except Malformed:
        return ()
