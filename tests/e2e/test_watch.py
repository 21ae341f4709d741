"""`build --watch` as somebody uses it who edits, breaks things, and goes home."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_interrupt import PATIENCE, hanging, pids, start
from tests.integration.test_process import alive
from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WRITE_MODULE, assert_refused, write_toys


class Terminal:
    """A build that watches, and what it has said so far."""

    def __init__(self, project: ProjectFixture, *args: str) -> None:
        project.env["PYTHONUNBUFFERED"] = "1"
        self.process = start(project, "build", "--watch", *args)
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def output(self, *words: str) -> str:
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
def test_a_working_day(project: ProjectFixture, opened: list[Terminal], polling: str) -> None:
    write_toys(project, {"a": WRITE_MODULE, "b": WRITE_MODULE})
    if polling:
        project.env["WATCHFILES_FORCE_POLLING"] = polling

    def edit(path: str, text: str) -> None:
        time.sleep(1.1 if polling else 0)  # it knows the times of files by the second
        save(project.root / path, text)

    opened.append(terminal := Terminal(project))
    terminal.output("2 components", "contracts hold")
    edit("a/build.sh", f"{WRITE_MODULE}\n# edited")
    told = terminal.output("Changed a/build.sh", "Built a@wasi/release:build", "1 component,")
    assert "b@wasi" not in told
    edit("a/build.sh", "echo sorry; exit 1")
    assert "sorry" in terminal.output("1 action failed")
    edit("b/build.sh", f"{WRITE_MODULE}\n# edited too")
    assert "Failed a@wasi" in terminal.output("Changed b/build.sh", "Built b@wasi/release:build")
    forge = (project.root / "forge.toml").read_text()
    edit("forge.toml", "format = ")
    terminal.output("Changed forge.toml", "not valid TOML")
    edit("forge.toml", forge)
    save(project.root / "a" / "build.sh", WRITE_MODULE)  # at once: both are one change
    terminal.output("2 components", "2 contracts hold")
    (project.root / "b" / "build.sh").unlink()
    terminal.output("Changed b/build.sh", "no source files in b/")
    edit("b/build.sh", WRITE_MODULE)
    terminal.output("2 components", "2 contracts hold")
    (project.root / "b").rename(project.root / "elsewhere")
    terminal.output("no such folder")
    (project.root / "elsewhere").rename(project.root / "b")
    terminal.output("2 components", "2 contracts hold")
    assert terminal.end() == 130
    assert "Traceback" not in "".join(terminal.lines)
    assert list((project.cache / "work").iterdir()) == []


def test_what_it_writes_and_what_nobody_builds_from_starts_nothing(
    project: ProjectFixture, opened: list[Terminal]
) -> None:
    write_toys(project, {"a": WRITE_MODULE})
    project.env["WASMFORGE_CACHE"] = str(project.root / "cache")
    (project.root / ".git").mkdir()
    opened.append(terminal := Terminal(project))
    terminal.output("1 component,")
    for name in ("README.md", "a/notes.md", ".git/index", "a/.build.sh.swp", "dist/x", "cache/y", ".wasmforge/z"):
        (project.root / name).write_text("x")
    time.sleep(1)
    save(project.root / "a" / "build.sh", f"{WRITE_MODULE}\n# edited")
    told = terminal.output("1 component,")
    assert "Changed a/build.sh\n" in told
    assert terminal.end() == 130


def test_a_change_during_a_build_starts_another(project: ProjectFixture, opened: list[Terminal]) -> None:
    project.disable_sandbox()
    wait = f"touch {project.root}/began; while ! test -e {project.root}/go; do sleep 0.05; done\n{WRITE_MODULE}"
    write_toys(project, {"a": wait})
    opened.append(terminal := Terminal(project))
    end = time.monotonic() + PATIENCE
    while not (project.root / "began").exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    save(project.root / "a" / "build.sh", f"{WRITE_MODULE}\n# another")
    (project.root / "go").touch()
    terminal.output("1 component,")
    terminal.output("Changed a/build.sh", "Built a@wasi/release:build")
    assert terminal.end() == 130


def test_ctrl_c_during_a_build_leaves_nothing_behind(project: ProjectFixture, opened: list[Terminal]) -> None:
    project.disable_sandbox()
    hanging(project)
    opened.append(terminal := Terminal(project))
    running = pids(project)
    assert terminal.end() == 130
    assert not any(alive(pid) for pid in running)
    assert list((project.cache / "work").iterdir()) == []


def test_members_are_watched_too(project: ProjectFixture, opened: list[Terminal]) -> None:
    write_toys(project, {"a": WRITE_MODULE}, head="")
    forge = (project.root / "forge.toml").read_text()
    top, _, component = forge.partition("[components.a]")
    project.write(
        {
            "forge.toml": top.replace("format = 1", 'format = 1\nmembers = ["deep/*"]'),
            "deep/inner/forge.toml": f"format = 1\n[components.a]{component}",
            "deep/inner/a/build.sh": WRITE_MODULE,
        }
    )
    opened.append(terminal := Terminal(project, "-C", "deep/inner"))
    terminal.output("1 component,")
    save(project.root / "deep/inner/a/build.sh", f"{WRITE_MODULE}\n# edited")
    terminal.output("Changed deep/inner/a/build.sh", "Built a@wasi/release:build")
    assert terminal.end() == 130


def test_words_that_do_not_go_together(project: ProjectFixture) -> None:
    assert_refused(project.run("build", "--watch"), 2, "no forge.toml here")
    write_toys(project, {"a": WRITE_MODULE})
    assert_refused(project.run("build", "--watch", "--dry-run"), 2, "--watch and --dry-run do not go together")
    assert_refused(project.run("build", "--watch", "--trace", "x.json"), 2, "--trace")
    assert_refused(project.run("build", "--watch", "--affected"), 2, "--affected")
