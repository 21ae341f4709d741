"""The lines at the bottom of a terminal."""

import io

from rich.console import Console

from tests.support.factories.report import failure
from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted, BuildStarted, Downloading, Provisioning
from wasmforge.report.live import MAX_RUNNING_LINES, ProgressDisplay


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def drawn(board: ProgressDisplay, height: int = 40) -> list[str]:
    console = Console(file=io.StringIO(), width=60, height=height, color_system=None, force_terminal=True, record=True)
    console.print(board)
    return [each.rstrip() for each in console.export_text().splitlines()]


def test_running_actions_and_the_bar() -> None:
    clock = Clock()
    board = ProgressDisplay(clock, unicode=True)
    board.update(BuildStarted(actions=3, tools={}, workers=2))
    board.update(ActionFinished(label="x", cached=True, seconds=0))
    board.update(ActionStarted(label="matmul@web/release:compile[src/a.cpp]", command=""))
    clock.now = 2.7
    board.update(ActionStarted(label="hello@web/release:build", command=""))
    first, second, bar = drawn(board)
    assert "matmul@web/release:compile[src/a.cpp]" in first
    assert first.endswith(" 2 s")
    assert second.endswith("hello@web/release:build")
    assert bar.startswith("   Building ")
    assert bar.endswith(" 1/3 actions, 1 cached")


def test_what_is_fetched_is_seen_until_the_build_starts() -> None:
    board = ProgressDisplay(Clock(), unicode=False)
    board.update(Provisioning(toolchain="node", what="a wheel"))
    assert drawn(board)[0].endswith("fetching node")
    board.update(BuildStarted(actions=1, tools={}, workers=1))
    assert "fetching" not in "".join(drawn(board))


def test_how_much_is_downloaded_is_seen_until_all_is_here() -> None:
    clock = Clock()
    board = ProgressDisplay(clock, unicode=False)
    board.update(Downloading(name="app/zlib", what="https://a.test/z.tgz", done=0))
    assert drawn(board)[0].endswith("fetching app/zlib")
    clock.now = 3.0
    board.update(Downloading(name="app/zlib", what="https://a.test/z.tgz", done=2048, total=4096))
    assert "fetching app/zlib  2.0 KiB of 4.0 KiB" in drawn(board)[0]
    assert drawn(board)[0].endswith("3 s")
    board.update(Downloading(name="app/zlib", what="https://a.test/z.tgz", done=4096, total=4096))
    assert "fetching" not in "".join(drawn(board))


def test_many_running_actions_do_not_fill_the_screen() -> None:
    board = ProgressDisplay(Clock(), unicode=True)
    board.update(BuildStarted(actions=50, tools={}, workers=50))
    for number in range(20):
        board.update(ActionStarted(label=f"a{number}", command=""))
    lines = drawn(board)
    assert len(lines) == MAX_RUNNING_LINES + 2
    assert lines[MAX_RUNNING_LINES].strip() == f"… and {20 - MAX_RUNNING_LINES} more"
    assert len(drawn(board, height=8)) == 6


def test_failed_actions_no_longer_run() -> None:
    board = ProgressDisplay(Clock(), unicode=True)
    board.update(BuildStarted(actions=1, tools={}, workers=1))
    board.update(ActionStarted(label=failure().label, command=""))
    board.update(ActionFailed(failure=failure()))
    assert drawn(board)[0].endswith("checking and testing")
