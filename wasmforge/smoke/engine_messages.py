"""What engines say of a module with a feature that they lack. Its contract held, so the target has the feature."""

import re

LACKED_FEATURES: tuple[tuple[str, str], ...] = (
    (r"legacy_exceptions feature required", "legacy-exceptions"),
    (r"CompileError: .*\bInvalid opcode 0x(?:1f|0a)\b", "exceptions"),
    (r"CompileError: .*\(enable with --experimental-wasm-exnref\)", "exceptions"),
)
"""Pattern and feature: Wasmtime 50, and V8 of Node.js 20 to 22, where `try_table` and `throw_ref` are not yet known."""


def lacked_feature(message: str) -> str:
    """The feature that the engine lacks, as WebAssembly's tools call it; empty for any other message."""
    return next((feature for pattern, feature in LACKED_FEATURES if re.search(pattern, message)), "")
