"""Aligned columns."""

from hypothesis import given
from hypothesis import strategies as st

from wasmforge.report.style import ansi, line_width
from wasmforge.report.text_table import Column, table, wrap


def shown(columns: tuple[Column, ...], rows: list[list[str]], width: int = 40, indent: int = 0) -> list[str]:
    return [ansi(each, color=False) for each in table(columns, list(rows), width, indent)]


def test_aligned_and_titled() -> None:
    columns = (Column("name"), Column("size", "right"))
    assert shown(columns, [["a", "1 B"], ["long", "12 KiB"]]) == ["name    size", "a        1 B", "long  12 KiB"]


def test_empty_columns_are_left_out() -> None:
    assert shown((Column("a"), Column("b"), Column("c")), [["1", "", "2"]]) == ["a  c", "1  2"]


def test_no_rows_no_table() -> None:
    assert shown((Column("a"),), []) == []


def test_wrapping_columns_give_way_between_words() -> None:
    lines = shown((Column(), Column(wraps=True)), [["never-shortened", "bulk-memory, simd, threads"]], 30)
    assert lines == ["never-shortened  bulk-memory,", "                 simd, threads"]


def test_indent() -> None:
    assert shown((Column(),), [["a"]], indent=2) == ["  a"]


@given(st.lists(st.text(alphabet="ab-,", min_size=1, max_size=12), min_size=1, max_size=20), st.integers(12, 60))
def test_wrap_keeps_every_word_and_the_width(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert " ".join(lines).split() == words
    assert all(len(each) <= width for each in lines)


@given(st.lists(st.text(alphabet="ab ", max_size=40), min_size=1, max_size=5), st.integers(20, 80))
def test_tables_fit(texts: list[str], width: int) -> None:
    lines = table((Column("x"), Column("words", wraps=True)), [["12345678", text] for text in texts], width)
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    assert all(line_width(each) <= max(width, 10 + longest, 15) for each in lines)
