"""Words that several files share: languages, features, kinds, profiles. Names are those of the field."""

from typing import Literal

Kind = Literal["command", "reactor"]
"""WASI's two execution models: a command has `_start` and runs once, a reactor only has exports."""

FEATURES: tuple[str, ...] = (
    "mutable-global",
    "sign-extension",
    "saturating-float-to-int",
    "multi-value",
    "bulk-memory",
    "bulk-memory-opt",
    "reference-types",
    "call-indirect-overlong",
    "simd",
    "relaxed-simd",
    "threads",
    "tail-call",
    "extended-const",
    "exceptions",
    "legacy-exceptions",
    "memory64",
    "multi-memory",
    "function-references",
    "gc",
    "wide-arithmetic",
    "custom-page-sizes",
    "stack-switching",
)
"""WebAssembly proposals as `wasm-tools validate --features` spells them."""

COMPILER_NAMES: dict[str, str] = {
    "mutable-global": "mutable-globals",
    "sign-extension": "sign-ext",
    "saturating-float-to-int": "nontrapping-fptoint",
    "multi-value": "multivalue",
    "simd": "simd128",
    "threads": "atomics",
    "exceptions": "exception-handling",
    "legacy-exceptions": "exception-handling",
    "multi-memory": "multimemory",
}
"""What compilers call a feature in an object's section `target_features`, where it is not the same word."""

LANGUAGES: tuple[str, ...] = ("c", "c++", "rust", "assemblyscript", "zig", "wat")

PROFILES: tuple[str, ...] = ("dev", "release", "size")

IMPLIES: dict[str, tuple[str, ...]] = {
    "bulk-memory": ("bulk-memory-opt",),
    "function-references": ("reference-types",),
    "gc": ("function-references",),
    "reference-types": ("call-indirect-overlong",),
    "relaxed-simd": ("simd",),
}
"""Features that come with others: who may use the one may use the others."""


def with_implied(features: tuple[str, ...]) -> tuple[str, ...]:
    """The features and all they imply, in the order of `FEATURES`."""
    found = set(features)
    while more := {i for f in found for i in IMPLIES.get(f, ())} - found:
        found |= more
    return tuple(f for f in FEATURES if f in found)
