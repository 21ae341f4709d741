"""Looks an action up in the store by a key computed from its real inputs, and stores its result."""

from collections.abc import Callable, Iterable, Mapping

from wasmforge.model.plan import Action, SourceFile
from wasmforge.plan.keys import Facts, all_facts, base_facts, input_paths, key_of
from wasmforge.store.store import ActionResult, Blob, Store

MAX_INPUT_SETS = 8
"""Sets of read inputs that are stored per command with a depfile."""


class ActionCache:
    """The results of one action in the store.

    A command with a depfile reads only some of its declared inputs. The sets that it read are stored under the key of
    its base facts. These name every input, so adding or removing a file that could shadow another one gives a new key.

    A result that was made with a scratch folder is stored under the `lineage` of that folder. It is used only if the
    action would get the same folder now, and only if there is no result that was made without one.
    """

    def __init__(
        self,
        action: Action,
        identity: str,
        generated_inputs: Mapping[str, Blob],
        store: Store,
        lineage: Callable[[], str] | None = None,
    ) -> None:
        self._action = action
        self._store = store
        self._lineage = lineage
        self._base = base_facts(action, identity)
        self._base_key = key_of(self._base)
        inputs: dict[str, SourceFile | Blob] = {**action.sources, **generated_inputs}
        self._digests = {path: file.digest for path, file in inputs.items()}
        self._executable = {path for path, file in inputs.items() if file.executable}

    def facts(self, used: Iterable[str] | None = None) -> Facts:
        """The facts if the command reads `used` (default: what it read most recently, or else all inputs)."""
        chosen = used if used is not None else next(iter(self._sets()), None)
        paths = input_paths(self._action) if chosen is None else tuple(p for p in chosen if p in self._digests)
        return all_facts(self._base, paths, self._digests, self._executable)

    def find(self) -> tuple[str, ActionResult, Facts] | None:
        """The key, the result and the facts, if the store has all outputs; else None."""
        sets = self._sets()
        if (match := self._find(sets, "")) is None and self._lineage is not None and (lineage := self._lineage()):
            return self._find(sets, lineage)
        return match

    def _find(self, sets: Iterable[tuple[str, ...]], lineage: str) -> tuple[str, ActionResult, Facts] | None:
        for used in sets:
            facts = self.facts(used)
            key = _key(facts, lineage)
            if (result := self._store.get_result(key)) is not None and result.lineage == lineage:
                return key, result, facts
        return None

    def put_result(self, result: ActionResult, used: tuple[str, ...]) -> tuple[str, Facts]:
        """Store the result of the action and the inputs that it read. Returns the key and the facts."""
        facts = self.facts(used)
        key = _key(facts, result.lineage)
        self._store.put_result(key, result)
        if self._action.depfile:
            sets = [used, *(s for s in self._sets() if s != used)]
            self._store.put_value("reads", self._base_key, sets[:MAX_INPUT_SETS])
        return key, facts

    def value_paths(self, key: str) -> tuple[str, ...]:
        """The files of the store that hold the result under this key, and the sets of read inputs."""
        reads = (self._store.value_path("reads", self._base_key),) if self._action.depfile else ()
        return tuple(str(path) for path in (self._store.value_path("entry", key), *reads))

    def _sets(self) -> list[tuple[str, ...]]:
        if not self._action.depfile:
            return [input_paths(self._action)]
        stored = self._store.get_value("reads", self._base_key) or []
        return [tuple(s) for s in stored]


def _key(facts: Facts, lineage: str) -> str:
    return key_of((*facts, ("lineage", lineage)) if lineage else facts)
