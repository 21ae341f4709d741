"""Messages of engines that lack a feature."""

import pytest

from wasmforge.smoke.engine_messages import lacked_feature


@pytest.mark.parametrize(
    ("message", "feature"),
    [
        ("Invalid input at offset 249: legacy_exceptions feature required for try instruction", "legacy-exceptions"),
        ("CompileError: WebAssembly.compile(): function #147 failed: Invalid opcode 0x1f @+136831", "exceptions"),
        ("CompileError: WebAssembly.compile(): Compiling function #1 failed: invalid value type 0xff @+3", ""),
        ("CompileError: WebAssembly.compile(): type 'x', enable with --experimental-wasm-gc @+654", "gc"),
        ("unknown import: env.f", ""),
    ],
)
def test_the_feature_that_is_lacked(message: str, feature: str) -> None:
    assert lacked_feature(message) == feature
