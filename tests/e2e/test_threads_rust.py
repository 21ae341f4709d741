"""Rust with threads: a shared memory that the ES module makes, and worker threads that bring instances of their own."""

import pytest

from tests.e2e.test_rust import needs
from tests.integration.test_glue import NODE, script
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

FORGE = """
format = 1
[components.squares]
path = "squares"
language = "rust"
targets = ["web"]
features = ["threads"]
exports = ["collect", "total"]
options = { build-std = true, max-memory = 67108864 }
[[components.squares.smoke]]
call = "collect"
args = [1, 11]
returns = 10
"""

MANIFEST = '[package]\nname = "squares"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n'

LOCK = 'version = 3\n[[package]]\nname = "squares"\nversion = "0.1.0"\n'

LIBRARY = """
use std::{cell::Cell, hint::black_box, sync::Mutex};

static FOUND: Mutex<Vec<u32>> = Mutex::new(Vec::new());
thread_local! { static MINE: Cell<u32> = const { Cell::new(7) }; }

/// Goes through this thread's stack, its own variables and the heap that all share.
#[no_mangle]
pub extern "C" fn collect(from: u32, to: u32) -> u32 {
    let mut room = [0u32; 512];
    for i in from..to {
        room[(i % 512) as usize] = i;
        let found = black_box(&room)[(i % 512) as usize];
        FOUND.lock().unwrap().push(found);
        MINE.set(MINE.get() + 1);
    }
    MINE.get() - 7
}

#[no_mangle]
pub extern "C" fn total() -> u32 {
    FOUND.lock().unwrap().iter().sum()
}
"""

PAGE = """
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { memory, total, instantiate } from "./squares.js";
if (isMainThread) {
  const counts = await Promise.all([[0, 20000], [20000, 30000]].map((part) => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { memory, part } });
    worker.once("message", resolve).once("error", reject);
  })));
  console.log(counts.join(" "), total(), memory.buffer instanceof SharedArrayBuffer);
} else {
  const { collect } = await instantiate({ env: { memory: workerData.memory } });
  parentPort.postMessage(collect(...workerData.part));
}
"""


def write_project(project: ProjectFixture, forge: str = FORGE) -> None:
    """A crate whose functions are called from several threads."""
    files = {"Cargo.toml": MANIFEST, "Cargo.lock": LOCK, "src/lib.rs": LIBRARY}
    project.write({"forge.toml": forge, **{f"squares/{name}": text for name, text in files.items()}})


@pytest.mark.skipif(NODE is None, reason="node is not on PATH: there are no worker threads to run")
def test_two_threads_on_one_memory(project: ProjectFixture) -> None:
    write_project(project)
    needs(project, "cargo-src", "rust-src")
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"]
    assert "maximum: 1024, shared: true" in project.dist()["web/squares/squares.js"].decode()
    assert script(project.root / "dist/web/squares", PAGE) == "20000 10000 449985000 true\n"


def test_threads_without_a_library_for_them_are_refused_before_anything_is_built(project: ProjectFixture) -> None:
    write_project(project, FORGE.replace("build-std = true, ", ""))
    ended = project.run("build", "-o", "json")
    assert ended.exit == 2, ended.output
    assert "recipe 'cargo' has threads only together with its option build-std" in ended.output
    assert ended.events() == []
