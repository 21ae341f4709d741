"""Where lines go: encodings, colors, readers that have gone away."""

import errno
import io
import json
import os

import pytest

from tests.support.factories.report import Stream
from wasmforge.errors import Exit, ForgeError
from wasmforge.report.json_lines import show_json
from wasmforge.report.output import Color, Output, make_output
from wasmforge.report.style import Span, clean, line


@pytest.mark.parametrize(
    ("color", "tty", "env", "colored"),
    [
        ("auto", True, {"TERM": "xterm"}, True),
        ("auto", False, {"TERM": "xterm"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"TERM": "xterm"}, False),
    ],
)
def test_color(color: Color, tty: bool, env: dict[str, str], colored: bool) -> None:
    stream = Stream(tty=tty)
    make_output(stream, color, env).print([line(Span("bad", "bad"))])
    assert stream.text == ("\x1b[1;31mbad\x1b[0m\n" if colored else "bad\n")


@pytest.mark.parametrize("text", ["::add-path::/evil", "  \t::error::x", "a ##[set-output name=x]y", "\n::x", ": ::x"])
def test_nothing_is_a_command_to_github_actions(text: str) -> None:
    stream = Stream()
    make_output(stream, env={"GITHUB_ACTIONS": "true"}).print([line(Span(text, "tool")), line(text)])
    shown = stream.text
    assert not [each for each in shown.splitlines() if each.strip().startswith("::") or "##[" in each]
    assert shown.replace(" ", "") == f"{clean(text)}\n{clean(text)}\n".replace(" ", "")
    plain = Stream()
    make_output(plain, env={}).print([line(Span(text, "tool"))])
    assert plain.text == f"{clean(text).rstrip()}\n"


def test_json_says_the_same_without_such_a_command() -> None:
    stream = Stream()
    show_json({"said": "##[group]::x"}, make_output(stream, env={"GITHUB_ACTIONS": "true"}))
    assert "##[" not in stream.text
    assert json.loads(stream.text) == {"said": "##[group]::x"}


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("", 100), ("wide", 100), ("0", 100)])
def test_width_of_what_is_no_terminal(columns: str, width: int) -> None:
    assert make_output(Stream(), env={"COLUMNS": columns}).width == width


def test_symbols_become_ascii_where_they_must() -> None:
    stream = Stream(encoding="ascii")
    make_output(stream, env={}).print([line("✓ ○ · → … café 日")])
    assert stream.text == "+ o . -> ... caf\\xe9 \\u65e5\n"


def test_symbols_stay_where_they_can() -> None:
    stream = Stream()
    make_output(stream, env={}).print([line("✓ café \udcff")])
    assert stream.text == "✓ café \\udcff\n"


def test_a_reader_that_went_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        out = make_output(stream, env={})
        out.print([line("nobody hears this")])
        assert out.closed
        out.print([line("nor this")])
        stream.write("and closing does not complain either")


class Full(io.StringIO):
    """A disk without room."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_an_error_told_once() -> None:
    out = Output(Full())
    with pytest.raises(ForgeError, match="No space left on device") as caught:
        out.print([line("x")])
    assert caught.value.exit_code == Exit.MACHINE
    out.print([line("y")])
