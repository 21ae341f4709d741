"""Builds the upstream sources of a corpus project from what `wasmforge init` writes, without an edit."""

import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomlkit

from tests.corpus import cells
from wasmforge import config
from wasmforge.app.fetched_sources import lay_out
from wasmforge.app.workspace import Settings, Workspace
from wasmforge.errors import ForgeError
from wasmforge.model.events import Finished

NOT_EDITED = ("wasi", "node")
"""The targets that are built."""

ALLOCATORS = frozenset({"malloc", "free", "realloc", "calloc"})
"""Exports of the C library: a module with no others has nothing of the project."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How a project came out. `why` is the first reason against it, empty where it passed.

    It passed where `init` and the build end with 0 and, for each target, some module exports at least one function that
    the corpus' own forge.toml exports, or for a project without such a list any function but the allocators. `exports`
    are those, for all targets. Answers are not compared: what `init` writes has no smoke tests.
    """

    project: str
    why: str = ""
    exports: tuple[str, ...] = ()


def build(project: str, root: Path) -> Result:
    """Fetch, run `init`, build. Raises NotHereError where the sources cannot be fetched."""
    folder = root / project
    folder.mkdir()
    manifest = tomllib.loads((cells.HERE / "projects" / project / "forge.toml").read_text("utf-8"))
    _write_upstream(manifest, folder)
    written = cells.run_wasmforge(folder, "init")
    if written.exit != 0:
        return Result(project=project, why=f"init: {_first_error(written.text)}")
    words = [word for target in NOT_EDITED for word in ("--target", target)]
    done = cells.run_wasmforge(folder, "build", "--keep-going", "-o", "json", *words)
    last = next((line for line in done.text.splitlines() if line.startswith('{"event":"Finished"')), None)
    if last is None:
        return Result(project=project, why=f"build: {_first_error(done.text)}")
    report = msgspec.json.decode(last, type=Finished).report
    reasons = [reason for target in NOT_EDITED for reason in cells.reasons(target, report)]
    if reasons or done.exit != 0:
        return Result(project=project, why=next(iter(reasons), _first_error(done.text)))
    wanted = {name for component in manifest["components"].values() for name in component.get("exports", ())}
    wanted -= ALLOCATORS
    exports: set[str] | None = None
    for target in NOT_EDITED:
        own = {e for artifact in report.artifacts if artifact.target == target for e in artifact.exports}
        own = own & wanted if wanted else own - ALLOCATORS
        if not own:
            return Result(project=project, why=f"{target}: no module exports any of the project's functions")
        exports = own if exports is None else exports & own
    return Result(project=project, exports=tuple(sorted(exports or ())))


def _write_upstream(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write the whole of the first source that the project fetches, without its patches and choice of files."""
    sources = [s for component in manifest["components"].values() for s in component.get("fetch", {}).values()]
    kept = {k: v for k, v in sources[0].items() if k not in {"files", "patches", "path"}}
    plain = {"source": {**kept, "path": "."}}
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        component = {"path": ".", "language": "c", "fetch": plain}
        declared = {"format": 1, "components": {"upstream": component}}
        Path(name, "forge.toml").write_text(tomlkit.dumps(declared), "utf-8")
        try:
            workspace = Workspace(Settings(start=Path(name)), lambda _: None, read_only=True)
            workspace.cache_dirs.ready()
            with config.with_lines_of(workspace.root):
                laid = lay_out(workspace, workspace.manifest.components.values(), fetching=True, lock=None)
        except ForgeError as error:
            raise cells.NotHereError(str(error)) from None
        for path, file in laid["upstream"].files.items():
            data = workspace.store.get(file.digest)
            if data is None:
                raise cells.NotHereError(f"the store lost {path}")
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            place.chmod(0o755 if file.executable else 0o644)


def _first_error(text: str) -> str:
    lines = text.splitlines() or ["it wrote nothing"]
    return next((line for line in lines if "error" in line), lines[-1])


def main(names: list[str]) -> int:
    """Print a line per project and the share that passed. The exit code is 1 where that is less than a half."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="wasmforge-corpus-init-") as root:
        for project in names or cells.projects():
            try:
                result = build(project, Path(root))
            except cells.NotHereError as error:
                print(f"{project:<15} left out: {error}", flush=True)  # noqa: T201
                continue
            results.append(result)
            outcome = result.why[:200] or f"passed, exports {' '.join(result.exports[:6])}"
            print(f"{project:<15} {outcome}", flush=True)  # noqa: T201
    passed = sum(not result.why for result in results)
    print(f"{passed} of {len(results)} projects build from what init writes")  # noqa: T201
    return 0 if results and 2 * passed >= len(results) else 1
