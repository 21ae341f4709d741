"""Names that several files share: kinds of component, WebAssembly features, profiles."""

from typing import Literal

Kind = Literal["command", "reactor", "library"]
"""WASI's two execution models: a command has `_start` and runs once, a reactor only has exports. A library is linked
into other components."""

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
"""Names of features in an object's section `target_features`, where compilers use another one."""

EXCEPTION_ENCODINGS = ("exceptions", "legacy-exceptions")
"""The final and the older encoding of exceptions: a module has one of them."""

PROFILES: tuple[str, ...] = ("dev", "release", "size")

IMPLIES: dict[str, tuple[str, ...]] = {
    "bulk-memory": ("bulk-memory-opt",),
    "function-references": ("reference-types",),
    "gc": ("function-references",),
    "reference-types": ("call-indirect-overlong",),
    "relaxed-simd": ("simd",),
}
"""Features that come with others: a module that may use the one may use the others."""


def with_implied(features: tuple[str, ...]) -> tuple[str, ...]:
    """The features and all they imply, in the order of `FEATURES`."""
    whole = set(features)
    while more := {implied for feature in whole for implied in IMPLIES.get(feature, ())} - whole:
        whole |= more
    return tuple(feature for feature in FEATURES if feature in whole)
