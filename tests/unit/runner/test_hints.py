"""What a toolchain's file says about the output of a command that failed."""

from wasmforge.runner.hints import hints_for

LINK = {
    r"undefined symbol: (?P<name>system|tmpfile)\b": "no {name} here",
    r"undefined symbol: (?P<name>\w+)": "nothing defines {name}",
    r"-D(?P<define>_\w+) .*-l(?P<lib>[\w-]+)": 'options = { defines = ["{define}"], libs = ["{lib}"] }',
    "exit code": "never said of what another pattern explains",
}


def test_a_line_is_explained_by_the_first_pattern_and_a_hint_has_the_words_of_all_its_lines() -> None:
    output = (
        "ld: undefined symbol: f exit code\nld: undefined symbol: system\nundefined symbol: g\nundefined symbol: f\n"
    )
    assert hints_for(output, LINK) == "nothing defines f, g\nno system here"


def test_in_quotes_each_word_has_its_own() -> None:
    output = "compile with -D_A and link with -la\ncompile with -D_B and link with -lb-c\n"
    assert hints_for(output, LINK) == 'options = { defines = ["_A", "_B"], libs = ["a", "b-c"] }'


def test_many_words_are_counted_but_in_quotes_all_are_given() -> None:
    output = "".join(f"undefined symbol: f{n}\n" for n in range(7))
    assert hints_for(output, LINK) == "nothing defines f0, f1, f2, f3, f4 and 2 more"
    both = {r"undefined symbol: (?P<name>\w+)": '{name}: libs = ["{name}"]'}
    assert hints_for(output, both).count('"f6"') == 1


def test_an_optional_group_that_found_nothing_leaves_nothing() -> None:
    assert hints_for("linker\n", {"linker(?P<none>x)?": "link{none} it"}) == "link it"


def test_only_the_first_mistakes_are_explained() -> None:
    hints = {str(n): f"hint {n}" for n in range(5)}
    assert hints_for("4\n2\n0\n1\n3\n", hints) == "hint 4\nhint 2\nhint 0"


def test_without_a_match_there_is_no_hint() -> None:
    assert hints_for("all is well", LINK) == ""
