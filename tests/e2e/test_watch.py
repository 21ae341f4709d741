"""`build --watch` as somebody uses it who edits, breaks things, and goes home."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_interrupt import PATIENCE, hanging, pids, start
from tests.e2e.test_process import alive
from tests.e2e.toy import GOOD, refused, toys
from tests.space import Space

pytestmark = pytest.mark.e2e


class Terminal:
    """A build that watches, and what it has said so far."""

    def __init__(self, space: Space, *args: str) -> None:
        space.env["PYTHONUNBUFFERED"] = "1"
        self.process = start(space, "build", "--watch", *args)
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def said(self, *words: str) -> str:
        """Wait until a build that says all of these is over; what it said. Forgets everything until then."""
        end = time.monotonic() + PATIENCE
        while True:
            ends = [i for i, line in enumerate(self.lines) if "Watching" in line]
            builds = ["".join(self.lines[a:b]) for a, b in zip([0, *(i + 1 for i in ends)], ends, strict=False)]
            if found := [i for i, text in enumerate(builds) if all(w in text for w in words)]:
                text = builds[found[0]]
                self.lines = self.lines[ends[found[0]] + 1 :]
                return text
            assert time.monotonic() < end, "".join(self.lines)
            assert self.process.poll() is None, "".join(self.lines)
            time.sleep(0.02)

    def end(self) -> int:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self.close()
        return code

    def close(self) -> None:
        """Read what is left."""
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def opened() -> Iterator[list[Terminal]]:
    """Terminals that are closed in the end, however that comes."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
            terminal.close()


def save(path: Path, text: str) -> None:
    """As editors do: whole under another name, then renamed."""
    aside = path.with_name(path.name + "~")
    aside.write_text(text)
    aside.rename(path)


@pytest.mark.parametrize("polling", ["", "1"])
def test_a_working_day(space: Space, opened: list[Terminal], polling: str) -> None:
    toys(space, {"a": GOOD, "b": GOOD})
    if polling:
        space.env["WATCHFILES_FORCE_POLLING"] = polling

    def edit(path: str, text: str) -> None:
        time.sleep(1.1 if polling else 0)  # it knows the times of files by the second
        save(space.root / path, text)

    opened.append(terminal := Terminal(space))
    terminal.said("2 components", "contracts hold")
    edit("a/build.sh", f"{GOOD}\n# edited")
    told = terminal.said("Changed a/build.sh", "Built a@wasi/release:build", "1 component,")
    assert "b@wasi" not in told
    edit("a/build.sh", "echo sorry; exit 1")
    assert "sorry" in terminal.said("1 action failed")
    edit("b/build.sh", f"{GOOD}\n# edited too")
    assert "Failed a@wasi" in terminal.said("Changed b/build.sh", "Built b@wasi/release:build")
    forge = (space.root / "forge.toml").read_text()
    edit("forge.toml", "format = ")
    terminal.said("Changed forge.toml", "not valid TOML")
    edit("forge.toml", forge)
    save(space.root / "a" / "build.sh", GOOD)  # at once: both are one change
    terminal.said("2 components", "2 contracts hold")
    (space.root / "b" / "build.sh").unlink()
    terminal.said("Changed b/build.sh", "no source files in b/")
    edit("b/build.sh", GOOD)
    terminal.said("2 components", "2 contracts hold")
    (space.root / "b").rename(space.root / "elsewhere")
    terminal.said("no such folder")
    (space.root / "elsewhere").rename(space.root / "b")
    terminal.said("2 components", "2 contracts hold")
    assert terminal.end() == 130
    assert "Traceback" not in "".join(terminal.lines)
    assert list((space.cache / "work").iterdir()) == []


def test_what_it_writes_and_what_nobody_builds_from_starts_nothing(space: Space, opened: list[Terminal]) -> None:
    toys(space, {"a": GOOD})
    space.env["WASMFORGE_CACHE"] = str(space.root / "cache")
    (space.root / ".git").mkdir()
    opened.append(terminal := Terminal(space))
    terminal.said("1 component,")
    for name in ("README.md", "a/notes.md", ".git/index", "a/.build.sh.swp", "dist/x", "cache/y", ".wasmforge/z"):
        (space.root / name).write_text("x")
    time.sleep(1)
    save(space.root / "a" / "build.sh", f"{GOOD}\n# edited")
    told = terminal.said("1 component,")
    assert "Changed a/build.sh\n" in told
    assert terminal.end() == 130


def test_a_change_during_a_build_starts_another(space: Space, opened: list[Terminal]) -> None:
    wait = f"touch {space.root}/began; while ! test -e {space.root}/go; do sleep 0.05; done\n{GOOD}"
    toys(space, {"a": wait})
    opened.append(terminal := Terminal(space))
    end = time.monotonic() + PATIENCE
    while not (space.root / "began").exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    save(space.root / "a" / "build.sh", f"{GOOD}\n# another")
    (space.root / "go").touch()
    terminal.said("1 component,")
    terminal.said("Changed a/build.sh", "Built a@wasi/release:build")
    assert terminal.end() == 130


def test_ctrl_c_during_a_build_leaves_nothing_behind(space: Space, opened: list[Terminal]) -> None:
    hanging(space)
    opened.append(terminal := Terminal(space))
    running = pids(space)
    assert terminal.end() == 130
    assert not any(alive(pid) for pid in running)
    assert list((space.cache / "work").iterdir()) == []


def test_members_are_watched_too(space: Space, opened: list[Terminal]) -> None:
    toys(space, {"a": GOOD}, head="")
    forge = (space.root / "forge.toml").read_text()
    top, _, component = forge.partition("[components.a]")
    space.write(
        {
            "forge.toml": top.replace("format = 1", 'format = 1\nmembers = ["deep/*"]'),
            "deep/inner/forge.toml": f"format = 1\n[components.a]{component}",
            "deep/inner/a/build.sh": GOOD,
        }
    )
    opened.append(terminal := Terminal(space, "-C", "deep/inner"))
    terminal.said("1 component,")
    save(space.root / "deep/inner/a/build.sh", f"{GOOD}\n# edited")
    terminal.said("Changed deep/inner/a/build.sh", "Built a@wasi/release:build")
    assert terminal.end() == 130


def test_words_that_do_not_go_together(space: Space) -> None:
    refused(space.run("build", "--watch"), 2, "no forge.toml here")
    toys(space, {"a": GOOD})
    refused(space.run("build", "--watch", "--dry-run"), 2, "--watch and --dry-run do not go together")
    refused(space.run("build", "--watch", "--trace", "x.json"), 2, "--trace")
    refused(space.run("build", "--watch", "--affected"), 2, "--affected")
