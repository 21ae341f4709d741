"""A build in which nothing changed is answered from its record, and none in which anything did."""

import os
import re
import shutil
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.changes import CHANGES
from tests.e2e.copying import copying, due, tool
from tests.space import Ended, Space
from wasmforge import process

pytestmark = pytest.mark.e2e


def build(space: Space, *args: str, cwd: str = ".", **env: str) -> tuple[Ended, set[str]]:
    """A build that ends well, and the modules that it imported."""
    done = process.run(
        [sys.executable, "-X", "importtime", "-m", "wasmforge", "build", *args],
        cwd=space.root / cwd,
        env={**_mine(), "WASMFORGE_CACHE": str(space.cache), "COLUMNS": "100", **space.env, **env},
        timeout=120,
    )
    assert done.exit == 0, done.text
    imports = re.findall(r"^import time:.*\| +(\S+)$", done.text, re.MULTILINE)
    told = re.sub(r"^import time:.*\n", "", done.text, flags=re.MULTILINE)
    return Ended(exit=done.exit, said=told), set(imports)


def _mine() -> dict[str, str]:
    """The environment without what pytest says in it of where it is."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


def at_once(imports: set[str]) -> bool:
    """Whether it was answered from the record."""
    return "msgspec" not in imports


def settle(space: Space, *args: str, cwd: str = ".") -> Ended:
    """Build until there is nothing more to be done or to be written down."""
    for _ in range(4):
        ended, imports = build(space, *args, cwd=cwd)
        if at_once(imports):
            return ended
    raise AssertionError(ended.said)


@pytest.fixture
def project(space: Space) -> Iterator[Space]:
    copying(space)
    settle(space)
    yield space


def test_imports_next_to_nothing(project: Space) -> None:
    _, imports = build(project)
    heavy = {"typer", "click", "rich", "msgspec", "docker", "pydantic", "json", "pathlib", "subprocess", "tomllib"}
    assert not heavy & {i.partition(".")[0] for i in imports}
    assert {i for i in imports if i.startswith("wasmforge")} == {"wasmforge", "wasmforge.cli", "wasmforge.unchanged"}


@pytest.mark.parametrize("how", [(), ("-v",), ("-q",), ("-o", "json"), ("--color", "always")])
def test_says_what_a_full_build_says(project: Space, how: tuple[str, ...]) -> None:
    said = settle(project, *how).said
    shutil.rmtree(project.root / ".wasmforge" / "unchanged")
    ended, imports = build(project, *how)
    assert not at_once(imports)
    timeless = re.compile(r"in \d+(\.\d+)? m?s|\"seconds\":[\d.e-]+\}\}$", re.MULTILINE)
    assert sorted(timeless.sub("", said).splitlines()) == sorted(timeless.sub("", ended.said).splitlines())
    assert timeless.findall(said)


def test_looks_at_everything_after_each_change(project: Space) -> None:
    for what, change in CHANGES.items():
        settle(project)
        change(project.root)
        ended, imports = build(project)
        assert not at_once(imports), f"{what}: {ended.said}"
        for name in ("one", "two"):
            copied = (project.root / f"dist/copies/{name}/{name}.txt").read_text()
            assert copied == due(project, name), f"{what}: {name}"
        assert sorted(p.name for p in (project.root / "dist/copies/one").iterdir()) == ["one.txt", "one.wasm"], what


def test_another_tool_earlier_on_path_is_taken(project: Space) -> None:
    tool(project.root.parent / "early/copier", "2.0")
    _, imports = build(project)
    assert not at_once(imports)
    assert (project.root / "dist/copies/one/one.txt").read_text() == due(project, "one", "2.0")


def test_a_tool_replaced_in_place_is_taken(project: Space) -> None:
    tool(project.root.parent / "tools/copier", "3.0")
    build(project)
    assert (project.root / "dist/copies/one/one.txt").read_text() == due(project, "one", "3.0")


def test_other_words_and_variables_have_records_of_their_own(project: Space) -> None:
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


def test_a_project_around_or_within_is_seen(project: Space) -> None:
    settle(project, cwd="one")
    (project.root.parent / "forge.toml").write_text(
        'format = 1\nmembers = ["project"]\n[build]\ndist = "all"\ntargets = ["copies"]\n'
    )
    for kind in ("recipes", "toolchains", "targets"):
        shutil.copytree(project.root / kind, project.root.parent / kind)
    text = (project.root / "forge.toml").read_text().replace('[build]\ntargets = ["copies"]\n', "")
    (project.root / "forge.toml").write_text(text)
    _, imports = build(project)
    assert not at_once(imports)
    assert (project.root.parent / "all/copies/one/one.txt").is_file()


def test_a_failure_is_never_answered_from_a_record(project: Space) -> None:
    (project.root / "one/src/a.txt").unlink()
    (project.root / "one/src/b.txt").unlink()
    for _ in range(2):
        ended = project.run("build")
        assert ended.exit == 2
        assert "no source files" in ended.said
