"""Errors in words."""

from pathlib import Path

from tests.support.factories.report import Stream
from wasmforge.errors import ForgeError, Problem, usage_error
from wasmforge.report.errors import print_bug, print_error


def test_one_problem() -> None:
    stream = Stream()
    print_error(
        usage_error("target 'fastly' has no threads", where="components.hello", hint="build for: web, node"), stream
    )
    assert stream.text == "error: components.hello: target 'fastly' has no threads\n hint: build for: web, node\n"


def test_every_problem_and_every_line() -> None:
    stream = Stream()
    print_error(ForgeError(Problem(what="a"), Problem(what="b\nc", hint="d")), stream)
    assert stream.text == "error: a\nerror: b\n       c\n hint: d\n"


def test_what_is_found_for_each_target_is_told_once() -> None:
    stream = Stream()
    print_error(ForgeError(Problem(what="a"), Problem(what="b"), Problem(what="a")), stream)
    assert stream.text == "error: a\nerror: b\n"


def test_color() -> None:
    stream = Stream()
    print_error(usage_error("no"), stream, "always")
    assert stream.text == "\x1b[1;31merror: \x1b[0mno\n"


def test_text_of_others_cannot_move_the_cursor() -> None:
    stream = Stream()
    print_error(usage_error("unknown key '\x1b[2Jx\x07'"), stream, "always")
    assert stream.text == "\x1b[1;31merror: \x1b[0munknown key 'x'\n"


def test_a_bug_names_the_log() -> None:
    stream = Stream()
    print_bug(Path("logs/bug.txt"), stream)
    assert "error: this is a bug in wasmforge" in stream.text
    assert "logs/bug.txt" in stream.text
