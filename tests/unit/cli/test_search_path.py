"""What is left out of PATH: whatever a project could have put there."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.config_files import write
from wasmforge.cli import search_path
from wasmforge.cli.search_path import clean_search_path


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with programs of its own, in which we are started."""
    root = write(tmp_path / "project", {"forge.toml": "", "bin/node": "", "node_modules/.bin/x": "", "app/main.c": ""})
    write(tmp_path, {"tools/cc": "", "project2/bin/cc": ""})
    monkeypatch.chdir(root)
    monkeypatch.setattr(search_path, "left_out", [])
    yield root


def cleaned(monkeypatch: pytest.MonkeyPatch, said: str, *argv: str) -> str | None:
    monkeypatch.setenv("PATH", said)
    clean_search_path([*argv])
    return os.environ.get("PATH")


@pytest.mark.parametrize("relative", ["", ".", "bin", "./bin", "node_modules/.bin", "../tools", "~/bin"])
def test_what_is_not_absolute_is_left_out_everywhere(
    monkeypatch: pytest.MonkeyPatch, relative: str, tmp_path: Path
) -> None:
    for folder in (tmp_path, tmp_path / "project"):
        monkeypatch.chdir(folder)
        assert cleaned(monkeypatch, f"/usr/bin:{relative}:/bin", "build", "--trust-project") == "/usr/bin:/bin"


@pytest.mark.parametrize("where", [".", "app", "bin"])
def test_folders_of_the_project_are_left_out(monkeypatch: pytest.MonkeyPatch, root: Path, where: str) -> None:
    monkeypatch.chdir(root / where)
    said = f"{root}/bin:/usr/bin:{root}:{root}/node_modules/.bin:{root}2/bin:{root.parent}/tools:{root}/../project/app"
    assert cleaned(monkeypatch, said) == f"/usr/bin:{root}2/bin:{root.parent}/tools"
    assert sorted(search_path.left_out) == sorted(
        [f"{root}/bin", str(root), f"{root}/node_modules/.bin", f"{root}/../project/app"]
    )


def test_links_lead_neither_in_nor_out(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    (root / "out").symlink_to(root.parent / "tools")
    (root.parent / "in").symlink_to(root / "bin")
    assert cleaned(monkeypatch, f"{root}/out:/usr/bin:{root.parent}/in") == "/usr/bin"


@pytest.mark.parametrize("words", [("-C", "project"), ("-Cproject",), ("-C", "/", "-C", "project")])
def test_the_project_is_the_one_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, root: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(root.parent)
    assert cleaned(monkeypatch, f"{root}/bin:/usr/bin") == f"{root}/bin:/usr/bin"
    assert cleaned(monkeypatch, f"{root}/bin:/usr/bin", "doctor", *words) == "/usr/bin"


def test_a_member_is_in_the_project_around_it(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    write(root, {"app/forge.toml": "format = 1", "forge.toml": "format = 1\nmembers = ['app']"})
    monkeypatch.chdir(root / "app")
    assert cleaned(monkeypatch, f"{root}/bin:/usr/bin:{root}/app/bin") == "/usr/bin"
    write(root, {"forge.toml": "format = 1"})
    assert cleaned(monkeypatch, f"{root}/bin:/usr/bin:{root}/app/bin") == f"{root}/bin:/usr/bin"
    write(root, {"forge.toml": "broken"})
    assert cleaned(monkeypatch, f"{root}/bin:/usr/bin:{root}/app/bin") == "/usr/bin"


def test_who_trusts_the_project_finds_its_programs(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    said = f"{root}/bin:/usr/bin"
    assert cleaned(monkeypatch, said, "build", "--trust-project") == said
    assert cleaned(monkeypatch, said, "run", "app", "--", "--trust-project") == "/usr/bin"


def test_the_environment_that_runs_us_is_searched(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setattr(sys, "prefix", f"{root}/.venv")
    said = f"{root}/.venv/bin:/usr/bin"
    assert cleaned(monkeypatch, said) == said


def test_an_empty_path_is_none(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    assert cleaned(monkeypatch, "") is None
    assert cleaned(monkeypatch, f"{root}/bin") is None
    clean_search_path([])
    assert "PATH" not in os.environ


def test_a_folder_that_is_gone_is_no_project(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    gone = root / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert cleaned(monkeypatch, "bin:/usr/bin") == "/usr/bin"
