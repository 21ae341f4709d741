"""A build in which nothing changed is answered from its record, and none in which anything did."""

import os
import re
import shutil
import sys
from collections.abc import Iterator

import pytest

from tests.support.copy_toolchain import expected_copy, write_copier, write_copy_project
from tests.support.input_changes import CHANGES
from tests.support.project import CommandResult, ProjectFixture
from wasmforge import process


def build(project: ProjectFixture, *args: str, cwd: str = ".", **env: str) -> tuple[CommandResult, set[str]]:
    """A build that ends well, and the modules that it imported."""
    project.trust()
    done = process.run(
        [sys.executable, "-X", "importtime", "-m", "wasmforge", "build", *args],
        cwd=project.root / cwd,
        env={**_mine(), "WASMFORGE_CACHE": str(project.cache), "COLUMNS": "100", **project.env, **env},
        timeout=120,
    )
    assert done.exit == 0, done.text
    imports = re.findall(r"^import time:.*\| +(\S+)$", done.text, re.MULTILINE)
    told = re.sub(r"^import time:.*\n", "", done.text, flags=re.MULTILINE)
    return CommandResult(exit=done.exit, output=told), set(imports)


def _mine() -> dict[str, str]:
    """The environment without what pytest says in it of where it is."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


def at_once(imports: set[str]) -> bool:
    """Whether it was answered from the record."""
    return "msgspec" not in imports


def settle(project: ProjectFixture, *args: str, cwd: str = ".") -> CommandResult:
    """Build until there is nothing more to be done or to be written down."""
    for _ in range(4):
        ended, imports = build(project, *args, cwd=cwd)
        if at_once(imports):
            return ended
    raise AssertionError(ended.output)


@pytest.fixture
def project(project: ProjectFixture) -> Iterator[ProjectFixture]:
    write_copy_project(project)
    settle(project)
    yield project


def test_imports_next_to_nothing(project: ProjectFixture) -> None:
    _, imports = build(project)
    heavy = {"typer", "click", "rich", "msgspec", "docker", "pydantic", "json", "pathlib", "subprocess", "tomllib"}
    assert not heavy & {i.partition(".")[0] for i in imports}
    assert {i for i in imports if i.startswith("wasmforge")} == {
        "wasmforge",
        "wasmforge.cli",
        "wasmforge.cli.search_path",
        "wasmforge.uptodate",
    }


@pytest.mark.parametrize("how", [(), ("-v",), ("-q",), ("-o", "json"), ("--color", "always")])
def test_says_what_a_full_build_says(project: ProjectFixture, how: tuple[str, ...]) -> None:
    said = settle(project, *how).output
    shutil.rmtree(project.root / ".wasmforge" / "unchanged")
    ended, imports = build(project, *how)
    assert not at_once(imports)
    timeless = re.compile(r"in \d+(\.\d+)? m?s|\"seconds\":[\d.e-]+\}\}$", re.MULTILINE)
    assert sorted(timeless.sub("", said).splitlines()) == sorted(timeless.sub("", ended.output).splitlines())
    assert timeless.findall(said)


def test_looks_at_everything_after_each_change(project: ProjectFixture) -> None:
    for what, change in CHANGES.items():
        settle(project)
        change(project.root)
        ended, imports = build(project)
        assert not at_once(imports), f"{what}: {ended.output}"
        for name in ("one", "two"):
            copied = (project.root / f"dist/copies/{name}/{name}.txt").read_text()
            assert copied == expected_copy(project, name), f"{what}: {name}"
        assert sorted(p.name for p in (project.root / "dist/copies/one").iterdir()) == ["one.txt", "one.wasm"], what


def test_another_tool_earlier_on_path_is_taken(project: ProjectFixture) -> None:
    write_copier(project.root.parent / "early/copier", "2.0")
    _, imports = build(project)
    assert not at_once(imports)
    assert (project.root / "dist/copies/one/one.txt").read_text() == expected_copy(project, "one", "2.0")


def test_a_tool_replaced_in_place_is_taken(project: ProjectFixture) -> None:
    write_copier(project.root.parent / "tools/copier", "3.0")
    build(project)
    assert (project.root / "dist/copies/one/one.txt").read_text() == expected_copy(project, "one", "3.0")


def test_other_words_and_variables_have_records_of_their_own(project: ProjectFixture) -> None:
    for args, env in (
        (("--target", "copies"), {}),
        ((), {"LANG": "C"}),
        ((), {"PATH": f"/nowhere:{project.env['PATH']}"}),
    ):
        _, imports = build(project, *args, **env)
        assert not at_once(imports), (args, env)
    _, imports = build(project, SHLVL="7")
    assert at_once(imports)
    _, imports = build(project, cwd="one")
    assert not at_once(imports)


def test_a_project_around_or_within_is_seen(project: ProjectFixture) -> None:
    settle(project, "--trust-project", cwd="one")
    (project.root.parent / "forge.toml").write_text(
        'format = 1\nmembers = ["project"]\n[build]\ndist = "all"\ntargets = ["copies"]\n'
    )
    for kind in ("recipes", "toolchains", "targets"):
        shutil.copytree(project.root / kind, project.root.parent / kind)
    text = (project.root / "forge.toml").read_text().replace('[build]\ntargets = ["copies"]\n', "")
    (project.root / "forge.toml").write_text(text)
    _, imports = build(project, "--trust-project")
    assert not at_once(imports)
    assert (project.root.parent / "all/copies/one/one.txt").is_file()


def test_a_failure_is_never_answered_from_a_record(project: ProjectFixture) -> None:
    (project.root / "one/src/a.txt").unlink()
    (project.root / "one/src/b.txt").unlink()
    for _ in range(2):
        ended = project.run("build")
        assert ended.exit == 2
        assert "no source files" in ended.output
