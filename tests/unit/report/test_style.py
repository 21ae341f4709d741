"""Styled text: no escape code without color, and none but colors from a tool."""

from hypothesis import given
from hypothesis import strategies as st

from wasmforge.report.style import Span, ansi, clean, display_width, line, tool_lines


def test_colors_only_when_allowed() -> None:
    words = line(Span("Built", "good"), " it")
    assert ansi(words, color=True) == "\x1b[1;32mBuilt\x1b[0m it"
    assert ansi(words, color=False) == "Built it"


def test_tool_keeps_its_colors_and_nothing_else() -> None:
    words = line(Span("\x1b[2J\x1b[1;35mwarning:\x1b[0m x\x07\x1b]0;title\x07", "tool"))
    assert ansi(words, color=True) == "\x1b[1;35mwarning:\x1b[0m x\x1b[0m"
    assert ansi(words, color=False) == "warning: x"


@given(st.text())
def test_nothing_escapes_without_color(text: str) -> None:
    shown = ansi(line(Span(text, "tool"), Span(text, "bad")), color=False)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown.replace("\t", ""))


@given(st.text(alphabet="\x1b[]0;m\x07aK\r\n"))
def test_a_tool_can_only_color(text: str) -> None:
    shown = ansi(line(Span(text, "tool")), color=True)
    assert "\x1b" not in clean(shown)
    assert "\r" not in shown
    assert "\n" not in shown


@given(st.text(alphabet="a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"))
def test_nothing_turns_the_text_around(text: str) -> None:
    assert set(ansi(line(Span(text, "tool"), Span(text)), color=True)) <= {"a"}


def test_tool_output_as_a_terminal_leaves_it() -> None:
    assert tool_lines("10 %\r50 %\r100 %\r\n\ttabbed\n\n") == ["100 %", "        tabbed"]
    assert tool_lines(" \n") == []


def test_cells_counts_columns() -> None:
    assert display_width("abc") == 3
    assert display_width("é") == 1
    assert display_width("e\u0301") == 1
    assert display_width("日本") == 4
