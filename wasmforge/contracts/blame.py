"""Finds the objects of a link that use a feature: the linked module no longer says which compiler flags were used."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from wasmforge.model.plan import Action, Delivery, GeneratedInput, Plan
from wasmforge.model.vocabulary import COMPILER_NAMES
from wasmforge.safe_paths import read_source
from wasmforge.store.store import ActionResult, Store
from wasmforge.wasm import Malformed, read
from wasmforge.wasm.ar import members

MAX_NAMED = 5
"""Objects named per feature; others are counted."""


class Blame:
    """The inputs and outputs of a build's actions, searched for the origin of a feature."""

    def __init__(self, root: Path, plan: Plan, entries: Mapping[str, ActionResult], store: Store) -> None:
        self._root = root
        self._plan = plan
        self._entries = entries
        self._store = store

    def find_sources(self, delivery: Delivery, feature: str) -> tuple[str, ...]:
        """Objects, and members of archives, compiled with `feature`; empty if no `target_features` section names it."""
        named = COMPILER_NAMES.get(feature, feature)
        starts = [self._plan.actions[p.action] for p in delivery.files if p.role == "module"]
        names = [name for name, data in self._inputs(starts) if f"+{named}" in _target_features(data)]
        more = len(names) - MAX_NAMED
        return (*names[:MAX_NAMED], *((f"{more} more",) if more > 0 else ()))

    def linked_module(self, delivery: Delivery, name: str) -> tuple[Path, str] | None:
        """The linker's module from which passes made the delivered file `name`: path in the store, and digest."""
        planned_file = next((p for p in delivery.files if p.name == name), None)
        if planned_file is None:
            return None
        action, output = planned_file.action, planned_file.output
        while before := self._module_for(action):
            action, output = before.action, before.output
        blob = self._entries[action].outputs.get(output) if action in self._entries else None
        file = self._store.file(blob.digest) if blob else None
        return (file, blob.digest) if blob and file else None

    def _module_for(self, action: str) -> GeneratedInput | None:
        """The single module among an action's generated inputs, modules of needed components excluded."""
        generated_inputs = [g for g in self._plan.actions[action].generated_inputs if not g.path.startswith("needs/")]
        modules = [g for g in generated_inputs if g.path.endswith(".wasm")]
        return modules[0] if len(modules) == 1 else None

    def _inputs(self, actions: list[Action]) -> Iterator[tuple[str, memoryview]]:
        """Every object that these actions and their dependencies read; archives are opened."""
        seen: set[str] = set()
        while actions:
            action = actions.pop()
            if action.label in seen:
                continue
            seen.add(action.label)
            for generated_input in action.generated_inputs:
                actions.append(self._plan.actions[generated_input.action])
                if generated_input.path.endswith((".o", ".a")) and generated_input.action in self._entries:
                    blob = self._entries[generated_input.action].outputs.get(generated_input.output)
                    yield from _objects(generated_input.path, (self._store.get(blob.digest) if blob else None) or b"")
            for path, source in action.sources.items():
                if path.endswith((".o", ".a")):
                    yield from _objects(path, read_source(str(self._root / source.path))[0])


def _objects(path: str, data: bytes) -> Iterator[tuple[str, memoryview]]:
    inside = [(f"{path}({name})", content) for name, content in members(data)]
    yield from inside or [(path, memoryview(data))]


def _target_features(data: memoryview) -> tuple[str, ...]:
    """The features that an object's compiler was allowed to use."""
    try:
        return read(data).target_features
    except Malformed:
        return ()
