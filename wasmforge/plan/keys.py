"""The facts about an action, from one traversal: hashed they are its key, compared they are `explain`."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping

from wasmforge.model.explain import Change
from wasmforge.model.plan import Action

ENGINE = "2"
"""Raise when the way actions are run changes what they may produce: the fixed environment, the directory layout."""

Facts = tuple[tuple[str, str], ...]
"""Named facts in a fixed order; the name is what a person is told, the value what is compared."""


def base_facts(action: Action, identity: str) -> Facts:
    """Everything but the content of the inputs: the command, the toolchain, and the names of all inputs."""
    return (
        ("engine", ENGINE),
        (f"toolchain {action.toolchain}", identity),
        *((f"argument {i}", word) for i, word in enumerate(action.argv)),
        *((f"variable {k}", v) for k, v in sorted(action.env.items())),
        *((f"output {i}", path) for i, path in enumerate(action.outputs)),
        ("depfile", action.depfile or ""),
        *((f"depfiles {pattern}", "") for pattern in action.depfiles),
        ("network", "yes" if action.network else "no"),
        *((f"placeholder {path}", "") for path in action.placeholders),
        *((f"candidate {path}", "") for path in input_paths(action)),
    )


def input_paths(action: Action) -> tuple[str, ...]:
    """Where all inputs are laid, sorted."""
    return tuple(sorted((*action.sources, *(g.path for g in action.generated_inputs))))


def all_facts(base: Facts, used: Iterable[str], digests: Mapping[str, str], executable: Collection[str] = ()) -> Facts:
    """The base facts, and of each input that the command reads its digest, and whether it is executable."""
    paths = sorted(used)
    runs = ((f"executable {path}", "yes") for path in paths if path in executable)
    return (*base, *((f"input {path}", digests[path]) for path in paths), *runs)


def key_of(facts: Facts) -> str:
    """SHA-256 over the facts, unambiguous about where each begins and ends."""
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def changes(old: Facts, new: Facts) -> tuple[Change, ...]:
    """What is different, in words; arguments are compared as a list, everything else by name."""
    before, after = dict(old), dict(new)
    different = {n for n in (*before, *after) if before.get(n) != after.get(n)}
    found = [*_argument_changes(old, new)]
    for name in dict.fromkeys((*before, *after)):
        kind, _, rest = name.partition(" ")
        if name not in different or kind == "argument":
            continue
        if kind == "candidate" and f"input {rest}" in different:
            continue  # the file is told as an input that is new or gone
        found.append(_change(name, before.get(name), after.get(name)))
    return tuple(found)


def _change(name: str, old: str | None, new: str | None) -> Change:
    kind, _, rest = name.partition(" ")
    if kind in ("candidate", "placeholder"):
        return Change(what=rest, old="" if old is None else "there", new="" if new is None else "there")
    if kind == "executable":
        return Change(
            what=rest, old="executable" if old else "not executable", new="executable" if new else "not executable"
        )
    if kind == "variable":
        return Change(what=f"env {rest}", old=old or "", new=new or "")
    if kind == "output":
        return Change(what="output", old=old or "", new=new or "")
    return Change(what=rest or name, old=old or "", new=new or "")


def _argument_changes(old: Facts, new: Facts) -> Iterable[Change]:
    before = [v for n, v in old if n.startswith("argument ")]
    after = [v for n, v in new if n.startswith("argument ")]
    if before != after and sorted(before) == sorted(after):
        moved = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        yield Change(what="order of arguments", old=moved[0][0], new=moved[0][1])
    for word in dict.fromkeys(before):
        if before.count(word) > after.count(word):
            yield Change(what="argument", old=word, new="")
    for word in dict.fromkeys(after):
        if after.count(word) > before.count(word):
            yield Change(what="argument", old="", new=word)
