"""The reporters, and which one a stream gets."""

import json
import sys

import pytest

from tests.support.factories.report import COMPILE, Stream, artifact, failure, good_report
from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted, BuildStarted, Delivered, Event, Finished
from wasmforge.report.reporter import Kind, make_reporter

RUN: tuple[Event, ...] = (
    BuildStarted(actions=2, tools={"zig": "0.17.1"}, workers=2),
    ActionStarted(label=COMPILE, command="zig c++"),
    ActionFinished(label=COMPILE, cached=False, seconds=1.2),
    ActionFailed(failure=failure("error: no", "hello@web/release:build")),
    Delivered(artifact=artifact(), changed=True),
    Finished(report=good_report()),
)

TERMINAL = {"TERM": "xterm", "COLUMNS": "100"}


def emit(kind: Kind, stdout: Stream, stderr: Stream, *, quiet: bool = False, env: dict[str, str] | None = None) -> str:
    reporter = make_reporter(kind, quiet=quiet, stdout=stdout, stderr=stderr, env=env or {})
    for event in RUN:
        reporter.emit(event)
    reporter.close()
    reporter.close()
    return stdout.text


@pytest.mark.parametrize(
    ("kind", "tty", "env", "quiet", "name"),
    [
        ("auto", True, TERMINAL, False, "LiveReporter"),
        ("auto", True, TERMINAL | {"CI": "false"}, False, "LiveReporter"),
        ("auto", True, TERMINAL | {"CI": "true"}, False, "PlainReporter"),
        ("auto", True, {"TERM": "dumb"}, False, "PlainReporter"),
        ("auto", True, {}, False, "PlainReporter"),
        ("auto", False, TERMINAL, False, "PlainReporter"),
        ("auto", True, TERMINAL, True, "PlainReporter"),
        ("live", False, {}, False, "LiveReporter"),
        ("plain", True, TERMINAL, False, "PlainReporter"),
        ("json", True, TERMINAL, False, "JsonReporter"),
    ],
)
def test_which_reporter(kind: Kind, tty: bool, env: dict[str, str], quiet: bool, name: str) -> None:
    reporter = make_reporter(kind, quiet=quiet, stdout=Stream(tty=tty), stderr=Stream(), env=env)
    assert type(reporter).__name__ == name


def test_plain_is_lines_only() -> None:
    text = emit("auto", Stream(), Stream())
    assert "\x1b" not in text
    assert text.splitlines()[:3] == [
        "   Building 2 actions, 2 at a time",
        f"   Compiled {COMPILE}  1.2 s",
        "     Failed hello@web/release:build  exit code 1",
    ]
    assert text.splitlines()[-1].startswith("2 components, 1 target: ")


def test_quiet_is_errors_and_the_last_line() -> None:
    lines = emit("plain", Stream(), Stream(), quiet=True).splitlines()
    assert [each.split()[0] for each in lines] == ["Failed", "error:", "$", "2"]


def test_json_is_one_object_per_event_and_words_go_elsewhere() -> None:
    stdout, stderr = Stream(), Stream()
    events = [json.loads(each) for each in emit("json", stdout, stderr).splitlines()]
    assert [e["event"] for e in events] == [type(e).__name__ for e in RUN]
    assert events[3]["failure"]["output"] == "error: no"
    assert stderr.text.startswith("     Failed hello@web/release:build  exit code 1\n")


def test_json_when_quiet_has_no_words() -> None:
    stderr = Stream()
    emit("json", Stream(), stderr, quiet=True)
    assert stderr.text == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_json_in_every_encoding(encoding: str) -> None:
    stdout = Stream(encoding=encoding)
    reporter = make_reporter("json", quiet=True, stdout=stdout, stderr=Stream(), env={})
    output = "café · ✓ 日 \udcff"
    reporter.emit(ActionFailed(failure=failure(output)))
    assert json.loads(stdout.text)["failure"]["output"] == output


def test_live_says_what_plain_says_and_cleans_up() -> None:
    text = emit("live", Stream(tty=True), Stream(), env=TERMINAL)
    assert f"\x1b[1;32m   Compiled\x1b[0m {COMPILE}" in text
    assert "1/2 actions" in text
    assert COMPILE in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1
    assert text.rstrip().endswith("3.2 s\x1b[0m")


def test_live_without_color_has_none() -> None:
    text = emit("live", Stream(tty=True), Stream(), env=TERMINAL | {"NO_COLOR": "1"})
    assert "\x1b[1;32m" not in text
    assert f"   Compiled {COMPILE}  1.2 s" in text


def test_live_in_ascii() -> None:
    text = emit("live", Stream(tty=True, encoding="ascii"), Stream(), env=TERMINAL)
    assert text.isascii()


def test_plain_and_json_do_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n == "rich" or n.startswith("rich.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.delitem(sys.modules, "wasmforge.report.live", raising=False)
    emit("plain", Stream(), Stream())
    emit("json", Stream(), Stream())
    with pytest.raises(ImportError):
        make_reporter("live", stdout=Stream(), stderr=Stream(), env={})
