"""What is said of an action that did well, and what is advised for one that did not."""

from wasmforge.execute.perform import advice, told

CARGO = """   Compiling app v0.1.0 (.)
warning: unused variable: `Compiling `
 --> src/lib.rs:2:9
    Finished `release` profile [optimized] target(s) in 0.52s
"""


def test_lines_that_begin_with_chatter_are_left_out_and_no_others() -> None:
    assert told(CARGO, ("Compiling ", "Finished ")) == "".join(CARGO.splitlines(keepends=True)[1:3])


def test_without_chatter_all_is_told() -> None:
    assert told(CARGO, ()) == CARGO


def test_hints_are_those_whose_pattern_is_printed_with_the_words_it_found() -> None:
    hints = {r"not found: (?P<name>\S+)": "where is {name}?", "nowhere": "no", "linker(?P<none>x)?": "link{none} it"}
    assert advice("linker: not found: a\nnot found: b\n", hints) == "where is a?; link it"
