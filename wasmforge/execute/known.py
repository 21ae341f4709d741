"""Looks an action up in the store: its key comes from what its inputs really are."""

from collections.abc import Iterable, Mapping

from wasmforge.execute.store import Blob, Entry, Store
from wasmforge.model.plan import Action, SourceFile
from wasmforge.plan.keys import Facts, all_facts, base_facts, input_paths, key_of

MOST_SETS = 8
"""Sets of inputs remembered per command that tells what it reads."""


class Known:
    """What the store knows of one action.

    A command with a depfile reads only some of its declared inputs. Which ones is remembered under the key of its
    base facts, which name every input: adding or removing a file that could shadow another is another command.
    """

    def __init__(self, action: Action, identity: str, givens: Mapping[str, Blob], store: Store) -> None:
        self._action = action
        self._store = store
        self._base = base_facts(action, identity)
        self._base_key = key_of(self._base)
        inputs: dict[str, SourceFile | Blob] = {**action.sources, **givens}
        self._digests = {path: one.digest for path, one in inputs.items()}
        self._executable = {path for path, one in inputs.items() if one.executable}

    def facts(self, used: Iterable[str] | None = None) -> Facts:
        """The facts when the command reads `used` (default: what it read most recently, else everything)."""
        chosen = used if used is not None else next(iter(self._sets()), None)
        paths = input_paths(self._action) if chosen is None else tuple(p for p in chosen if p in self._digests)
        return all_facts(self._base, paths, self._digests, self._executable)

    def find(self) -> tuple[str, Entry, Facts] | None:
        """The key, what the action gave, and the facts, when all of that is in the store."""
        for used in self._sets():
            facts = self.facts(used)
            key = key_of(facts)
            if (entry := self._store.entry(key)) is not None:
                return key, entry, facts
        return None

    def keep(self, entry: Entry, used: tuple[str, ...]) -> tuple[str, Facts]:
        """Remember what the action gave, and what it read."""
        facts = self.facts(used)
        key = key_of(facts)
        self._store.keep(key, entry)
        if self._action.depfile:
            sets = [used, *(s for s in self._sets() if s != used)]
            self._store.remember("reads", self._base_key, sets[:MOST_SETS])
        return key, facts

    def note_paths(self, key: str) -> tuple[str, ...]:
        """Where the store keeps what it knows of the action under this key."""
        reads = (self._store.note_path("reads", self._base_key),) if self._action.depfile else ()
        return tuple(str(path) for path in (self._store.note_path("entry", key), *reads))

    def _sets(self) -> list[tuple[str, ...]]:
        if not self._action.depfile:
            return [input_paths(self._action)]
        remembered = self._store.recall("reads", self._base_key) or []
        return [tuple(s) for s in remembered]
