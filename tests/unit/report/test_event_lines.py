"""Each event's words, in each detail."""

import msgspec
import pytest

from tests.support.factories.report import COMPILE, artifact, failure, finding, outcome
from wasmforge.model.events import (
    ActionFailed,
    ActionFinished,
    ActionStarted,
    BuildStarted,
    ContractHolds,
    Delivered,
    Downloading,
    Event,
    Finished,
    LocalFiles,
    Provisioning,
    RuleViolated,
    Waiting,
)
from wasmforge.model.events import SmokeFinished as SmokeEnded
from wasmforge.model.report import Report
from wasmforge.report.event_lines import Detail, event_lines, step_name
from wasmforge.report.style import ansi


def told(event: Event, detail: Detail = "normal") -> list[str]:
    return [ansi(each, color=False) for each in event_lines(event, detail)]


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (BuildStarted(actions=1, tools={}, workers=2), ["   Building 1 action"]),
        (BuildStarted(actions=12, tools={}, workers=2), ["   Building 12 actions, 2 at a time"]),
        (BuildStarted(actions=0, tools={}, workers=2), []),
        (LocalFiles(files=("recipes/toy.toml",)), ["      Using recipes/toy.toml from this project"]),
        (LocalFiles(files=("a", "b", "c")), ["      Using a, b, c from this project"]),
        (LocalFiles(files=("a", "b", "c", "d", "e")), ["      Using a, b, c and 2 more from this project"]),
        (Downloading(name="app/zlib", what="https://a.test/z.tgz", done=0), ["   Fetching app/zlib  https://a.test/z.tgz"]),
        (Downloading(name="app/zlib", what="https://a.test/z.tgz", done=1, total=2), []),
        (Provisioning(toolchain="asc", what="npm ci"), ["   Fetching asc  npm ci"]),
        (Waiting(what="another build"), ["    Waiting for another build"]),
        (ActionStarted(label=COMPILE, command="zig c++"), []),
        (ActionStarted(label=COMPILE, command="zig c++", note="takes long"), [f"    Running {COMPILE}  takes long"]),
        (ActionFinished(label=COMPILE, cached=False, seconds=1.2), [f"   Compiled {COMPILE}  1.2 s"]),
        (ActionFinished(label="a@web/dev:strip", cached=False, seconds=0.01), ["        Ran a@web/dev:strip  10 ms"]),
        (ActionFinished(label=COMPILE, cached=True, seconds=0.0, output="warning"), []),
        (Delivered(artifact=artifact(), changed=True), ["  Delivered matmul@web  dist/web/matmul  12.3 KiB"]),
        (Delivered(artifact=artifact(), changed=False), []),
        (
            Delivered(artifact=msgspec.structs.replace(artifact(), run="iwasm dist/wamr/matmul.wasm"), changed=True),
            ["  Delivered matmul@web  dist/web/matmul  12.3 KiB", "            $ iwasm dist/wamr/matmul.wasm"],
        ),
        (ContractHolds(component="matmul", target="web", features=("simd",)), ["    Checked matmul@web  simd"]),
        (ContractHolds(component="matmul", target="web", cached=True), []),
        (SmokeEnded(outcome=outcome()), ["     Passed matmul@web  identity in node  12 ms"]),
        (SmokeEnded(outcome=outcome(cached=True)), []),
        (
            SmokeEnded(outcome=outcome("skipped", reason="no node")),
            ["    Skipped matmul@web  identity in node: no node"],
        ),
        (Finished(report=Report()), []),
    ],
)  # fmt: skip
def test_normal_words(event: Event, lines: list[str]) -> None:
    assert told(event) == lines


def test_a_warning_is_shown_without_being_asked_for() -> None:
    event = ActionFinished(
        label=COMPILE, cached=False, seconds=1.2, output="\x1b[35mwarning:\x1b[0m unused\n  int x;\n"
    )
    assert told(event) == [f"   Compiled {COMPILE}  1.2 s", " " * 12 + "warning: unused", " " * 14 + "int x;"]
    assert told(event, "quiet") == []


def test_verbose_tells_commands_and_what_was_cached() -> None:
    assert told(ActionStarted(label=COMPILE, command="zig c++ -c a.cpp"), "verbose") == [
        f"    Running {COMPILE}",
        "            $ zig c++ -c a.cpp",
    ]
    cached = ActionFinished(label=COMPILE, cached=True, seconds=0.0, output="warning")
    assert told(cached, "verbose") == [f"     Cached {COMPILE}", "            warning"]
    assert told(Delivered(artifact=artifact(), changed=False), "verbose")[0].startswith("  Unchanged matmul@web")
    remembered = SmokeEnded(outcome=outcome(cached=True))
    assert told(remembered, "verbose") == ["     Passed matmul@web  identity in node  before"]
    assert told(LocalFiles(files=("a", "b", "c", "d")), "verbose") == ["      Using a, b, c, d from this project"]
    assert told(BuildStarted(actions=1, tools={"zig": "0.17.1"}, workers=1), "verbose")[1] == "      Using zig  0.17.1"


def test_a_failure_shows_the_end_of_its_output_and_its_command() -> None:
    output = "\n".join(f"line {i}" for i in range(1, 51))
    lines = told(ActionFailed(failure=failure(output)))
    assert lines[:3] == [
        f"     Failed {COMPILE}  exit code 1",
        " " * 12 + "… 10 lines left out; -v shows all",
        " " * 12 + "line 11",
    ]
    assert lines[-2:] == [" " * 12 + "line 50", " " * 12 + "$ zig c++ -c src/matmul.cpp"]
    assert told(ActionFailed(failure=failure(output)), "quiet") == lines
    assert len(told(ActionFailed(failure=failure(output)), "verbose")) == 52


def test_one_line_left_out_is_singular() -> None:
    lines = told(ActionFailed(failure=failure("\n".join("x" * 41))))
    assert lines[1].strip() == "… 1 line left out; -v shows all"


def test_a_broken_rule_has_its_place_and_hint() -> None:
    assert told(RuleViolated(finding=finding()), "quiet") == [
        "     Broken matmul@web  features: uses threads, which web does not permit",
        "            at func 12 (run) at src/run.c:10",
        "            hint: drop -pthread",
    ]


@pytest.mark.parametrize("detail", ["quiet", "normal", "verbose"])
def test_a_waived_rule_always_shows_its_reason(detail: Detail) -> None:
    assert told(RuleViolated(finding=finding("the page has workers")), detail) == [
        "     Waived matmul@web  features: uses threads, which web does not permit",
        "            because: the page has workers",
    ]


def test_a_failed_test_shows_even_when_quiet() -> None:
    event = SmokeEnded(outcome=outcome("failed", reason="expected 3, got 4\nat byte 0"))
    lines = ["     Failed matmul@web  identity in node: expected 3, got 4", "            at byte 0"]
    assert told(event) == told(event, "quiet") == lines


@pytest.mark.parametrize(
    ("label", "name"),
    [(COMPILE, "compile"), ("a@web/release:link", "link"), ("a@web/dev:compile[src/a:b.c]", "compile")],
)
def test_step_of_a_label(label: str, name: str) -> None:
    assert step_name(label) == name
