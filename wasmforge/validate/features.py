"""Which features to ask the reference validator about, and what its answers mean; asks through a callback."""

from collections.abc import Callable

from wasmforge.model.artifact import Verdict
from wasmforge.model.vocabulary import FEATURES, with_implied
from wasmforge.validate.messages import complaint

ALWAYS = ("-all", "floats", "gc-types")
"""What every set begins with: nothing but the first version of WebAssembly, whose references may name heap types."""


FINAL, OLDER = "exceptions", "legacy-exceptions"
"""Both forms of exceptions have tags and `throw`, which the validator only knows as a part of the final one."""


def features_flag(permitted: tuple[str, ...]) -> str:
    """The argument that makes `wasm-tools validate` permit these features, all they imply, and no others.

    With the older form of exceptions the final one is let through too: `verdicts` tells them apart.
    """
    named = with_implied(permitted)
    return "--features=" + ",".join((*ALWAYS, *named, *((FINAL,) if OLDER in named and FINAL not in named else ())))


def verdicts(permitted: tuple[str, ...], ask: Callable[[tuple[str, ...]], Verdict]) -> tuple[Verdict, ...]:
    """What `ask` says of `permitted`, then of more and more, until it is content or its complaint is no feature.

    The validator stops at the first thing it meets. Each answer but the last names another missing feature.
    """
    answers: list[Verdict] = []
    asked = permitted
    for _ in FEATURES:
        answers.append(ask(asked))
        missing = complaint(answers[-1].output).feature if not answers[-1].valid else ""
        if not missing or missing in with_implied(asked):
            break
        asked = (*asked, missing)
    if answers[-1].valid and (said := _final_form(asked, ask)):
        answers.insert(-1, said)
    return tuple(answers)


def _final_form(asked: tuple[str, ...], ask: Callable[[tuple[str, ...]], Verdict]) -> Verdict | None:
    """What is said of a module, valid under `asked`, that has exceptions in a form which is not among them.

    That is one which can do without the older form's instructions. No engine takes a mixture.
    """
    if OLDER not in asked or FINAL in asked:
        return None
    without = tuple(f for f in asked if f != OLDER)
    said = ask(without)
    if said.valid or complaint(said.output).feature != FINAL or not ask((*without, FINAL)).valid:
        return None
    return said


def enough_features(permitted: tuple[str, ...], ask: Callable[[tuple[str, ...]], Verdict]) -> tuple[str, ...]:
    """A part of `permitted` under which the module is valid, if it is under all: gathered from what `ask` misses.

    A module uses few features, so this takes few answers; `permitted` itself where they do not lead there.
    """
    asked: tuple[str, ...] = ()
    while not (said := ask(asked)).valid:
        missing = complaint(said.output).feature
        if missing not in permitted or missing in with_implied(asked):
            return permitted
        asked = (*asked, missing)
    return tuple(f for f in with_implied(asked) if f in permitted)


def minimal_features(
    probe: Callable[[tuple[str, ...]], bool], permitted: tuple[str, ...] = FEATURES
) -> tuple[str, ...]:
    """A smallest part of `permitted` under which `probe` says that the module is valid, in the order of FEATURES.

    Features that others in it imply are left out. Empty also when the module is not valid under `permitted`.
    Asks at most once per feature and once more.
    """
    if not probe(permitted):
        return ()
    needed = [f for f in FEATURES if f in permitted]
    for feature in sorted(needed, key=lambda f: (-len(with_implied((f,))), f != OLDER)):
        fewer = tuple(f for f in needed if f != feature)
        if feature in with_implied(fewer) or probe(fewer):
            needed.remove(feature)
    return tuple(needed)
