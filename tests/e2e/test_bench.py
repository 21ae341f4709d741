"""`wasmforge bench` in one go: who takes part, what is printed and saved, and what has changed since."""

import csv
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from tests.support.bench_project import HEAD, JAVASCRIPT, WAT, C, bench, component, participants, run_bench, tables
from tests.support.project import CommandResult, ProjectFixture, make_project

Run = tuple[ProjectFixture, CommandResult]

EVERYONE = {
    "native in zig",
    "native-cpu in zig",
    "javascript in node",
    "wasm base in node",
    "wasm simd in node",
    "wasm base in wasmtime",
    "wasm simd in wasmtime",
}

FILL = 'name = "a <b> & c"\ncall = "fill"\nargs = [4096, { hex = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f" }, '
FILL += '{ zeros = 4096, of = "f32" }]\nnative = "mix"\n'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A project in C with variants, benched once, with every kind of file."""
    project = make_project(tmp_path_factory.mktemp("bench"))
    exports = 'exports = ["mix", "fill", "malloc", "free"]\nvariants = { simd = ["simd"], base = [] }\n'
    project.write(
        {
            "forge.toml": HEAD
            + component("mix", "c", more=exports)
            + bench("mix", 'javascript = "js/mix.mjs"\nnative = "mix"\n')
            + bench("mix", FILL + 'javascript = "js/mix.mjs"\n'),
            "mix/mix.c": C.format(head=""),
            "mix/js/mix.mjs": JAVASCRIPT,
        }
    )
    files = [f"--save=run.{kind}" for kind in ("json", "csv", "md", "svg", "html")]
    ended = run_bench(project, "-n", "6", "-o", "json", "-e", "node", "-e", "wasmtime", *files)
    assert ended.exit == 0, ended.output
    return project, ended


def test_everyone_takes_part(run: Run) -> None:
    _, ended = run
    found = tables(ended)
    assert set(found) == {"mix mix", "mix a <b> & c"}
    for table in found.values():
        assert set(participants(table)) == EVERYONE
        assert table["skipped"] == []
        assert table["reference"] == "native"
        assert [e["code"] for e in table["measurements"] if e["ratio"] is None] == ["native"]
        ratios = [e["ratio"]["times"] if e["ratio"] else 1.0 for e in table["measurements"]]
        assert ratios == sorted(ratios)
        assert all(len(e["seconds"]) == 6 and min(e["seconds"]) > 0 for e in table["measurements"])
        assert all(e["calls"] > 1 for e in table["measurements"])  # a call takes microseconds, a turn lasts longer


def test_every_kind_of_file(run: Run) -> None:
    project, ended = run
    saved = json.loads((project.root / "run.json").read_text())
    assert saved == next(e for e in ended.events() if "results" in e)
    with (project.root / "run.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(EVERYONE)
    assert {r["bench"] for r in rows} == {"mix", "a <b> & c"}
    assert "| native | zig cc" in (project.root / "run.md").read_text()
    picture = ElementTree.parse(project.root / "run.svg")  # noqa: S314 - our own
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}rect"))) == 2 * len(EVERYONE)
    assert (project.root / "run.svg").read_text() in (project.root / "run.html").read_text()


def tampered(project: ProjectFixture, factor: float) -> None:
    """A run of another day in which everything took `factor` times as long by the reference."""
    old: dict[str, Any] = json.loads((project.root / "run.json").read_text())
    for entry in (e for t in old["results"] for e in t["measurements"] if e["ratio"]):
        entry["ratio"] |= {key: entry["ratio"][key] * factor for key in ("times", "low", "high")}
    (project.root / "old.json").write_text(json.dumps(old))


def test_tables_are_printed_and_nothing_is_much_worse_than_before(run: Run) -> None:
    project, _ = run
    ended = run_bench(
        project,
        "-n",
        "6",
        "--compare",
        "run.json",
        "--fail-above",
        "400%",
        "--color",
        "always",
        "-e",
        "node",
        "-e",
        "wasmtime",
    )
    assert ended.exit == 0, ended.output
    for words in ("mix, 6 rounds", "a <b> & c, 6 rounds", "times native", "12 participants in both runs"):
        assert words in ended.output
    assert "\x1b[1;31m" not in ended.output


def test_what_is_much_slower_than_before_fails(run: Run) -> None:
    project, _ = run
    tampered(project, 0.01)
    ended = run_bench(project, "-n", "6", "--compare", "old.json", "--fail-above", "10%", "-e", "node")
    assert ended.exit == 1, ended.output
    assert "slower  mix: mix, javascript in node" in ended.output
    tampered(project, 100)
    ended = run_bench(project, "-n", "6", "--compare", "old.json", "--fail-above", "10%", "-e", "node", "-o", "json")
    assert ended.exit == 0, ended.output
    changes = json.loads(ended.output.strip().splitlines()[-1])
    assert all(c["faster"] and not c["slower"] for c in changes)


def test_a_loop_that_runs_four_times_as_long_is_found_and_a_twin_is_not(project: ProjectFixture) -> None:
    exports = 'exports = ["mix"]\n'
    slow = f'{exports}options = {{ defines = ["TIMES=4"] }}\n'
    project.write(
        {
            "forge.toml": HEAD
            + component("mix", "c", more=exports)
            + component("twin", "c", path="mix", more=exports)
            + component("slow", "c", path="mix", more=slow)
            + bench("mix", 'args = [300_000]\ncompare-with = ["twin", "slow"]\n'),
            "mix/mix.c": C.format(head=""),
        }
    )
    ended = run_bench(project, "-n", "21", "-e", "wasmtime", "-o", "json")  # rounds that others spoil are left out
    assert ended.exit == 0, ended.output
    found = participants(tables(ended)["mix mix"])
    slower, same = (found[f"wasm {name} in wasmtime"]["ratio"] for name in ("slow", "twin"))
    assert slower["significant"]
    assert slower["times"] > 2
    assert 0.5 < same["times"] < 2


def test_engines_and_components_that_are_asked_for(project: ProjectFixture) -> None:
    project.write(
        {
            "forge.toml": HEAD + "".join(component(n) + bench(n) for n in ("one", "other")),
            "one/mix.wat": WAT.format(first=""),
            "other/mix.wat": WAT.format(first=""),
        }
    )
    ended = run_bench(project, "one", "-e", "node", "-e", "wasmtime-aot", "-o", "json")
    assert ended.exit == 0, ended.output
    found = tables(ended)
    assert set(found) == {"one mix"}
    assert set(participants(found["one mix"])) == {"wasm in node", "wasm in wasmtime-aot"}
    again = run_bench(project, "one", "-e", "node", "-o", "json")
    assert set(participants(tables(again)["one mix"])) == {"wasm in node"}


def test_temporary_files_in_a_folder_with_a_long_name(project: ProjectFixture, tmp_path: Path) -> None:
    project.write({"forge.toml": HEAD + component("one") + bench("one"), "one/mix.wat": WAT.format(first="")})
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    project.env["TMPDIR"] = str(folder)
    ended = run_bench(project, "-e", "wasmtime")
    assert ended.exit == 0, ended.output
    assert list(folder.iterdir()) == []
