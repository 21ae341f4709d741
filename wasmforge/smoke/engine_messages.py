"""What engines say of a module with a feature that they lack. Its contract held, so the target has the feature."""

import re

LACKED_FEATURES: tuple[tuple[str, str], ...] = (
    (r"legacy_exceptions feature required", "legacy-exceptions"),
    (r"CompileError: .*\bInvalid opcode 0x(?:1f|0a)\b", "exceptions"),
    (r"CompileError: .*\benable with --experimental-wasm-([a-z-]+)", r"\1"),
)
"""Pattern and feature: Wasmtime 50, and V8 of Node.js 20, which does not know `try_table` and `throw_ref`; V8's own
names where it names a feature."""


def lacked_feature(message: str) -> str:
    """The feature that the engine lacks, as WebAssembly's tools call it; empty for any other message."""
    found = ((re.search(pattern, message), feature) for pattern, feature in LACKED_FEATURES)
    return next((match.expand(feature) for match, feature in found if match), "")
