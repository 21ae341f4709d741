"""All that a build reads, lists or looks for in the project and in the catalog is in its record, whoever reads it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import wasmforge
from tests.support.copy_toolchain import write_copy_project
from tests.support.project import ProjectFixture
from wasmforge import uptodate
from wasmforge.app import uptodate_record
from wasmforge.app.build import build
from wasmforge.app.workspace import Settings
from wasmforge.config import bundled
from wasmforge.model.events import Event
from wasmforge.model.fingerprint import Fingerprint
from wasmforge.plan import Request
from wasmforge.report.replay import ReplayOutput

FORGE = """
format = 1
members = ["parts/*"]
[build]
targets = ["copies", "wasi"]
[components.one]
path = "one"
language = "copying"
kind = "reactor"
targets = ["copies"]
[components.two]
path = "linked"
language = "wat"
exports = ["f"]
targets = ["wasi"]
"""

MEMBER = 'format = 1\n[components.three]\npath = "src"\nlanguage = "wat"\nexports = ["f"]\ntargets = ["wasi"]\n'

WAT = '(module (func (export "f")))'

LISTS = ("os.listdir", "os.scandir")

LISTENERS: list[Callable[[str, str], None]] = []
"""What hears of each look while a build goes on: an audit hook cannot be taken away again."""


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not LISTENERS or event not in {"open", "os.listdir", "os.scandir"}:
        return
    path, mode = args[0], args[1] if event == "open" else "r"
    if isinstance(path, str | bytes | os.PathLike) and (mode is None or not set("wax+") & set(str(mode))):
        LISTENERS[-1](event, str(Path(os.fsdecode(path)).absolute()))


sys.addaudithook(_hook)


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Every path that is opened to be read, listed or asked for within, and by what call."""
    seen: dict[str, str] = {}

    def hear(how: str, path: str) -> None:
        if seen.get(path) not in LISTS:
            seen[path] = how

    def asking(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def ask(path: Any, *args: Any, **more: Any) -> Any:
            if isinstance(path, str | bytes | os.PathLike) and more.get("dir_fd") is None:
                hear(name, str(Path(os.fsdecode(path)).absolute()))
            return real(path, *args, **more)

        return ask

    with monkeypatch.context() as patch:
        for name in ("stat", "lstat", "access", "readlink"):
            patch.setattr(os, name, asking(name))
        LISTENERS.append(hear)
        try:
            yield seen
        finally:
            LISTENERS.pop()


def write_project(project: ProjectFixture) -> None:
    write_copy_project(project, ("one",))
    project.write(
        {
            "forge.toml": FORGE,
            "parts/three/forge.toml": MEMBER,
            "parts/three/src/three.wat": WAT,
            "real/two.wat": WAT,
            "toolchains/extra/extra.toml": 'format = 1\nname = "extra"\norigins = []\n',
            "toolchains/extra/beside.txt": "",
        }
    )
    (project.root / "linked").symlink_to("real")


def built(project: ProjectFixture, monkeypatch: pytest.MonkeyPatch) -> tuple[Fingerprint, dict[str, str]]:
    """What a build in this process rested on, and what it looked at."""
    found: list[Fingerprint] = []

    def keep(_root: Path, _told: str, _began: int, what: Fingerprint, _words: list[bytes]) -> None:
        found.append(what)

    def deaf(_: Event) -> None:
        pass

    monkeypatch.setenv("WASMFORGE_CACHE", str(project.cache))
    monkeypatch.setenv("PATH", project.env["PATH"])
    monkeypatch.setattr(uptodate_record, "write_record", keep)
    settler = uptodate_record.UpToDateRecorder(["build"], lambda _: ReplayOutput(uptodate.TEXT, []))
    with watched(monkeypatch) as seen:
        settings = Settings(start=project.root / "one", workers=1, trust_project=True)
        report = build(settings, Request(), settler.tee(deaf), settler)
    assert not report.failures
    return found[0], seen


def test_every_look_at_the_project_and_the_catalog_is_in_the_record(
    project: ProjectFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(project)
    rested, seen = built(project, monkeypatch)
    known = {path.rstrip("/") for path in (*rested.paths, *rested.folders)}
    above = {str(parent) for path in known for parent in Path(path).parents}  # what leads to a path is asked for too
    package = Path(wasmforge.__file__).parent
    cache_dirs = (project.root, bundled() / "recipes", bundled() / "toolchains", package)
    ours = (project.root / ".wasmforge", project.root / "dist")
    lookups = {
        path: how
        for path, how in seen.items()
        if any(Path(path).is_relative_to(place) for place in cache_dirs)
        and not any(Path(path).is_relative_to(place) for place in ours)
        and "__pycache__" not in path
    }
    unknown = {p: how for p, how in lookups.items() if p not in known}
    assert {p: how for p, how in unknown.items() if p not in above or how in LISTS} == {}
    due = (
        "forge.toml",
        "parts/three/forge.toml",
        "recipes/copying.toml",
        "one/src/a.txt",
        "real/two.wat",
        "one/Cargo.lock",
    )
    assert {str(project.root / name) for name in due} <= lookups.keys()


@pytest.mark.parametrize("kind", ["recipes", "recipes/passes", "toolchains", "targets", "runtimes"])
def test_the_record_has_every_folder_of_the_catalog_also_where_there_is_none(
    project: ProjectFixture, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    write_project(project)
    rested, _ = built(project, monkeypatch)
    assert {str(project.root / kind), f"{project.root / kind}/"} & rested.paths.keys()
    assert str(project.root / "linked") in rested.paths, "another folder behind the link is another component"
