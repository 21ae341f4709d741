"""Which features to ask the validator about, and which of them a module uses; asks through a callback."""

from collections.abc import Callable

from wasmforge.contracts.validator_messages import parse_message
from wasmforge.model.finding import Verdict
from wasmforge.model.vocabulary import FEATURES, with_implied

BASE_FLAGS = ("-all", "floats", "gc-types")
"""The start of every feature list: the first version of WebAssembly only, whose references may name heap types."""


EXCEPTIONS, LEGACY_EXCEPTIONS = "exceptions", "legacy-exceptions"
"""Both forms of exceptions have tags and `throw`, which the validator only permits with the final one."""


def features_flag(permitted: tuple[str, ...]) -> str:
    """The argument that makes `wasm-tools validate` permit these features, all they imply, and no others.

    Legacy exceptions also permit the final form: `collect_verdicts` tells them apart.
    """
    named = with_implied(permitted)
    return "--features=" + ",".join(
        (*BASE_FLAGS, *named, *((EXCEPTIONS,) if LEGACY_EXCEPTIONS in named and EXCEPTIONS not in named else ()))
    )


def collect_verdicts(permitted: tuple[str, ...], ask: Callable[[tuple[str, ...]], Verdict]) -> tuple[Verdict, ...]:
    """The verdict on `permitted`, then on ever more features, until it is valid or no feature is missing.

    The validator stops at the first error. Each verdict but the last names another missing feature.
    """
    answers: list[Verdict] = []
    tried_features = permitted
    for _ in FEATURES:
        answers.append(ask(tried_features))
        missing = parse_message(answers[-1].output).feature if not answers[-1].valid else ""
        if not missing or missing in with_implied(tried_features):
            break
        tried_features = (*tried_features, missing)
    if answers[-1].valid and (verdict := _final_form(tried_features, ask)):
        answers.insert(-1, verdict)
    return tuple(answers)


def _final_form(tried_features: tuple[str, ...], ask: Callable[[tuple[str, ...]], Verdict]) -> Verdict | None:
    """The verdict on a module that uses final exceptions although only legacy ones are permitted; else None.

    Such a module is valid without legacy exceptions. No engine accepts a mixture of both.
    """
    if LEGACY_EXCEPTIONS not in tried_features or EXCEPTIONS in tried_features:
        return None
    without = tuple(f for f in tried_features if f != LEGACY_EXCEPTIONS)
    verdict = ask(without)
    if verdict.valid or parse_message(verdict.output).feature != EXCEPTIONS or not ask((*without, EXCEPTIONS)).valid:
        return None
    return verdict


def sufficient_features(permitted: tuple[str, ...], ask: Callable[[tuple[str, ...]], Verdict]) -> tuple[str, ...]:
    """A subset of `permitted` under which the module is valid, collected from the features that `ask` reports missing.

    A module uses few features, so this needs few verdicts. Returns `permitted` if the messages do not lead to one.
    """
    tried_features: tuple[str, ...] = ()
    while not (verdict := ask(tried_features)).valid:
        missing = parse_message(verdict.output).feature
        if missing not in permitted or missing in with_implied(tried_features):
            return permitted
        tried_features = (*tried_features, missing)
    return tuple(f for f in with_implied(tried_features) if f in permitted)


def minimal_features(
    probe: Callable[[tuple[str, ...]], bool], permitted: tuple[str, ...] = FEATURES
) -> tuple[str, ...]:
    """A minimal subset of `permitted` under which `probe` accepts the module, in the order of FEATURES.

    Features implied by others are left out. Empty also if the module is not valid under `permitted`.
    Calls `probe` at most once per feature, plus once.
    """
    if not probe(permitted):
        return ()
    needed = [f for f in FEATURES if f in permitted]
    for feature in sorted(needed, key=lambda f: (-len(with_implied((f,))), f != LEGACY_EXCEPTIONS)):
        fewer = tuple(f for f in needed if f != feature)
        if feature in with_implied(fewer) or probe(fewer):
            needed.remove(feature)
    return tuple(needed)
