"""What is said of an action that did well."""

from wasmforge.runner.executor import without_noise

CARGO = """   Compiling app v0.1.0 (.)
warning: unused variable: `Compiling `
 --> src/lib.rs:2:9
    Finished `release` profile [optimized] target(s) in 0.52s
"""


def test_lines_that_begin_with_chatter_are_left_out_and_no_others() -> None:
    assert without_noise(CARGO, ("Compiling ", "Finished ")) == "".join(CARGO.splitlines(keepends=True)[1:3])


def test_without_chatter_all_is_told() -> None:
    assert without_noise(CARGO, ()) == CARGO
