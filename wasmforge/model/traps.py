"""Why a module trapped, in one wording for all engines: that of the WebAssembly specification's own tests.

Engines word the same trap differently, and some have one wording for several. Where one of them cannot tell two kinds
apart, these two are `ALIKE`: answers are compared by what all engines can tell.
"""

import functools
import re

KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "unreachable": {
        "v8": ("unreachable",),
        "wasmtime": ("(?:wasm )?`?unreachable`? instruction executed",),
        "spidermonkey": ("unreachable executed",),
    },
    "integer divide by zero": {
        "v8": ("divide by zero", "remainder by zero"),
        "wasmtime": ("integer division by zero",),
    },
    "integer overflow": {"v8": ("divide result unrepresentable",)},
    "invalid conversion to integer": {
        "v8": ("float unrepresentable in integer range",),
        "wasmtime": ("bad conversion to integer",),
    },
    "out of bounds memory access": {
        "v8": ("memory access out of bounds",),
        "wasmtime": ("memory out of bounds",),
        "spidermonkey": ("index out of bounds",),
    },
    "out of bounds table access": {
        "v8": ("table index is out of bounds", "table (?:access|index) out of bounds"),
        "wasmtime": ("undefined element: out of bounds table access", "table out of bounds"),
        "spidermonkey": ("table index out of bounds",),
    },
    "undefined element": {},
    "uninitialized element": {
        "wasmtime": ("indirect call to null",),
        "wasmedge": ("uninitialized element.*",),
        "spidermonkey": ("indirect call to null",),
    },
    "indirect call type mismatch": {
        "v8": (r"(?:null function or )?function signature(?: \(.*\))? mismatch",),
        "wasmtime": ("bad signature",),
        "spidermonkey": ("indirect call signature mismatch",),
    },
    "out of bounds array access": {
        "v8": ("array element access out of bounds",),
        "wasmtime": ("array out of bounds",),
        "wamr": ("out of bounds array object access",),
    },
    "call stack exhausted": {
        "v8": ("(?:RangeError: )?Maximum call stack size exceeded",),
        "wasmtime": ("stack overflow",),
        "wamr": ("wasm operand stack overflow", "native stack overflow", "wasm auxiliary stack overflow"),
        "spidermonkey": ("(?:InternalError: )?too much recursion",),
    },
    "unaligned atomic": {
        "v8": ("operation does not support unaligned accesses",),
        "wasmtime": ("heap misaligned",),
        "wasmedge": ("unaligned atomic access",),
        "spidermonkey": ("unaligned memory access",),
    },
    "expected shared memory": {
        "v8": (r"Atomics\.wait cannot be called in this context",),
        "wasmtime": ("atomic wait on non-shared memory", "atomic wait non shared memory"),
        "spidermonkey": ("atomic wait on non-shared wasm memory",),
    },
    "uncaught exception": {
        "v8": (r"\[object WebAssembly\.Exception\]", "wasm exception"),
        "wasmtime": ("thrown wasm exception",),
        "wamr": ("uncaught wasm exception",),
    },
    "null reference": {
        "v8": ("dereferencing a null pointer",),
        "wamr": ("null (?:function|structure|struct|array|i31|exception)(?: (?:object|reference))?",),
        "wasmedge": ("(?:access )?null (?:function|structure|array|i31|exception)(?: reference)?",),
        "spidermonkey": ("dereferencing null pointer",),
    },
    "cast failure": {"v8": ("illegal cast",), "spidermonkey": ("bad cast",)},
    "allocation size too large": {
        "v8": ("requested new array is too large",),
        "wasmtime": ("allocation too large",),
        "spidermonkey": ("too many array elements",),
    },
    "interrupted": {
        "wasmtime": ("interrupt",),
        "wamr": ("terminated by user",),
        "wasmedge": ("execution interrupted",),
    },
    "out of fuel": {
        "wasmtime": ("all fuel consumed by WebAssembly",),
        "wasmedge": ("cost limit exceeded",),
    },
}
"""Each kind with the words of the engines that have other words: whole texts as regular expressions, in any case."""

INDIRECT = "null reference or indirect call type mismatch"
TABLE = "out of bounds table access or undefined element"
CONVERSION = "integer overflow or invalid conversion to integer"

INDISTINGUISHABLE = {
    "null reference": INDIRECT,
    "uninitialized element": INDIRECT,
    "indirect call type mismatch": INDIRECT,
    "undefined element": TABLE,
    "out of bounds table access": TABLE,
    "integer overflow": CONVERSION,
    "invalid conversion to integer": CONVERSION,
}
"""Kinds that V8 has one wording for. Of a call through an empty place of a table it says, by its version, that the
function is of another type, or that a reference is null."""

PREFIX = re.compile(r"(?:RuntimeError: |wasm trap: |Exception: |trap: )+")


def kind_of(said: str) -> str:
    """The kind of trap that an engine's words mean; empty when they are none that is known."""
    words = PREFIX.sub("", said.strip(), count=1).strip().rstrip(".").lower()
    return next((kind for kind, pattern in _patterns() if pattern.fullmatch(words)), "")


def comparable(said: str) -> str:
    """The words by which traps of several engines are compared; those that were said when they are not known."""
    kind = kind_of(said)
    return INDISTINGUISHABLE.get(kind, kind) or said


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = {
        kind: (re.escape(kind), *(w for said in engines.values() for w in said)) for kind, engines in KINDS.items()
    }
    return tuple((kind, re.compile("|".join(said), re.IGNORECASE)) for kind, said in words.items())
