"""Builds one project of the corpus with one recipe and says how each target came out."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import tomlkit

from wasmforge import process
from wasmforge.model.events import Finished
from wasmforge.model.report import Report

HERE = Path(__file__).parent

TARGETS = ("web", "node", "wasi")

FAMILIES = (
    ("zig", "emscripten", "wasi-sdk"),
    ("cmake-wasi-sdk", "cmake-emscripten"),
    ("make-wasi-sdk", "make-emscripten"),
)
"""Recipes that can build the same forge.toml: it says nothing but which of them is the first."""

BUILD_TIMEOUT_S = 1800

MACHINE = 3
"""The exit code of a build that lacks a toolchain."""


class NotHereError(Exception):
    """The upstream sources cannot be had on this machine; the text says why."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """How one project came out with one recipe for one target.

    `why` is empty where the contract holds, the delivery loads and every smoke test passes. `here` is false where a
    toolchain is missing on this machine; then `why` names it. `size` is the module's, in bytes.
    """

    project: str
    recipe: str
    target: str
    why: str = ""
    here: bool = True
    size: int = 0
    seconds: float = 0.0
    tests: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.here and not self.why


def projects() -> tuple[str, ...]:
    """The names of all projects, sorted."""
    return tuple(sorted(path.parent.name for path in (HERE / "projects").glob("*/forge.toml")))


def recipes(project: str) -> tuple[str, ...]:
    """The recipes that a project is built with."""
    own = {component.get("recipe", "zig") for component in _manifest(project)["components"].values()}
    return next(family for family in FAMILIES if own & set(family))


def lines(project: str) -> int:
    """The lines of its forge.toml, smoke tests included."""
    return len((HERE / "projects" / project / "forge.toml").read_text("utf-8").splitlines())


def build(project: str, recipe: str, root: Path) -> tuple[Cell, ...]:
    """Build a project with a recipe for every target, in a folder of its own below `root`.

    Raises NotHereError where its sources cannot be fetched.
    """
    folder = root / project
    shutil.copytree(HERE / "projects" / project, folder)
    manifest = _manifest(project)
    for component in manifest["components"].values():
        component["recipe"] = recipe
    (folder / "forge.toml").write_text(tomlkit.dumps(manifest), "utf-8")
    fetched = run_wasmforge(folder, "fetch")
    if fetched.exit != 0:
        raise NotHereError(fetched.text.strip())
    words = [word for target in TARGETS for word in ("--target", target)]
    done = run_wasmforge(folder, "build", "--keep-going", "-o", "json", *words)
    said = done.text.splitlines()
    last = next((line for line in said if line.startswith('{"event":"Finished"')), None)
    if last is None:
        here = done.exit != MACHINE
        why = next((line for line in said if line.startswith("error: ")), said[-1])
        return tuple(Cell(project=project, recipe=recipe, target=t, why=why, here=here) for t in TARGETS)
    report = msgspec.json.decode(last, type=Finished).report
    return tuple(_cell(project, recipe, target, report) for target in TARGETS)


def run_wasmforge(folder: Path, *words: str) -> process.ProcessResult:
    """Run `wasmforge` with these words in a folder."""
    command = [sys.executable, "-m", "wasmforge", *words]
    return process.run(command, cwd=folder, env=dict(os.environ), timeout=BUILD_TIMEOUT_S)


def _cell(project: str, recipe: str, target: str, report: Report) -> Cell:
    mine = [artifact for artifact in report.artifacts if artifact.target == target]
    passed = [outcome for outcome in report.outcomes if outcome.target == target and outcome.status == "passed"]
    why = next(reasons(target, report), "" if mine and passed else "nothing was delivered and tested")
    size = sum(file.size for artifact in mine for file in artifact.files if file.name.endswith(".wasm"))
    took = sum(artifact.seconds for artifact in mine)
    return Cell(project=project, recipe=recipe, target=target, why=why, size=size, seconds=took, tests=len(passed))


def reasons(target: str, report: Report) -> Iterator[str]:
    """What went wrong for a target, each in a line."""
    for failure in report.failures:
        if f"@{target}" in failure.label:
            errors = [line.strip() for line in failure.output.splitlines() if "error" in line]
            yield f"{failure.label}: {next(iter(errors), failure.reason)}"
    for finding in report.findings:
        if finding.target == target and not finding.waived:
            yield f"{finding.rule}: {finding.item}: {finding.what}"
    for outcome in (*report.loads, *report.outcomes):
        if outcome.target == target and outcome.status == "failed":
            yield f"{outcome.test} in {outcome.runtime}: {outcome.reason}"


def _manifest(project: str) -> tomlkit.TOMLDocument:
    return tomlkit.parse((HERE / "projects" / project / "forge.toml").read_text("utf-8"))
