"""What a remembered test is remembered under: all that its run is given, and nothing of where it lies."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

import wasmforge
from wasmforge.model.smoke import Smoke, SmokeRun
from wasmforge.smoke.result_cache import code_files, key_of

BASE = "/project/dist/web/app"

FILES = {"module": "app.wasm", "glue": "app.js", "worker": "worker.mjs", "archive": "app.zip", "aot": "app.cwasm"}

RUNTIME = {"identity": "node 20", "file": {"name": "node"}}

SMOKE_RUN = SmokeRun(
    label="app@web/release",
    component="app",
    target="web",
    runtime="node",
    smoke=Smoke(call="f"),
    module=f"{BASE}/app.wasm",
    glue=f"{BASE}/app.js",
    aot=f"{BASE}/app.cwasm",
    files={role: f"{BASE}/{name}" for role, name in FILES.items()},
    folder=BASE,
    delivered={name: role for role, name in FILES.items()} | {"snippets/deep.js": "imported", "package.json": "beside"},
)

OTHER: dict[str, Any] = {
    "label": "app@web/size",
    "component": "other",
    "target": "node",
    "variant": "simd",
    "runtime": "chromium",
    "smoke": Smoke(call="f", env={"A": "1"}),
    "module": f"{BASE}/app.js",
    "glue": None,
    "aot": None,
    "files": {},
    "refused": "no",
    "load": True,
    "host": "web",
    "own_files": f"{BASE}/app.bin",
}


def but(**fields: Any) -> SmokeRun:
    return msgspec.structs.replace(SMOKE_RUN, **fields)


@pytest.mark.parametrize("field", sorted(set(SmokeRun.__struct_fields__) - {"folder", "delivered", "preopen"}))
def test_every_field_of_a_smoke_run_is_in_its_key(field: str) -> None:
    assert key_of(but(**{field: OTHER[field]}), RUNTIME) not in {"", key_of(SMOKE_RUN, RUNTIME)}


@pytest.mark.parametrize("name", SMOKE_RUN.delivered)
def test_every_delivered_file_is_in_the_key_be_it_named_or_not(name: str) -> None:
    changed = but(delivered={**SMOKE_RUN.delivered, name: "edited"})
    assert key_of(changed, RUNTIME) not in {"", key_of(SMOKE_RUN, RUNTIME)}


@pytest.mark.parametrize("fact", [*RUNTIME, "one more"])
def test_every_fact_of_what_runs_it_is_in_the_key(fact: str) -> None:
    assert key_of(SMOKE_RUN, {**RUNTIME, fact: "other"}) not in {"", key_of(SMOKE_RUN, RUNTIME)}


def test_where_the_project_lies_is_not() -> None:
    moved = msgspec.json.decode(msgspec.json.encode(SMOKE_RUN).replace(b"/project/", b"/elsewhere/"), type=SmokeRun)
    assert moved != SMOKE_RUN
    assert key_of(moved, RUNTIME) == key_of(SMOKE_RUN, RUNTIME)


@pytest.mark.parametrize(
    ("smoke_run", "runtime"),
    [
        (but(preopen="/project/app/data"), RUNTIME),
        (but(folder=""), RUNTIME),
        (but(glue="/project/elsewhere.js"), RUNTIME),
        (but(files={"glue": f"{BASE}/unknown.js"}), RUNTIME),
        (SMOKE_RUN, {}),
    ],
)
def test_what_cannot_be_told_whole_is_not_remembered(smoke_run: SmokeRun, runtime: dict[str, Any]) -> None:
    assert key_of(smoke_run, runtime) == ""


def test_all_of_our_own_code_is_hashed() -> None:
    package = Path(wasmforge.__file__).parent
    known = {path.relative_to(package).as_posix() for path in code_files()}
    assert {"runtimes/js/node_runner.mjs", "runtimes/wasmtime/child.py", "sandbox/launcher.py", "process.py"} <= known
    assert not [name for name in known if "__pycache__" in name]
