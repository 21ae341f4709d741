"""`wasmforge bench` in pages of a browser: who takes part there, and what becomes of a page that misbehaves."""

import pytest

from tests.support import installed_runtimes
from tests.support.bench_project import JAVASCRIPT, C, bench, component, participants, run_bench, tables
from tests.support.project import ProjectFixture
from wasmforge.model.toolchain import ResolvedToolchain

pytestmark = pytest.mark.toolchains

HEAD = 'format = 1\n[build]\ntargets = ["web"]\n'

EXPORTS = 'exports = ["mix", "fill", "malloc", "free"]\nvariants = { simd = ["simd"], base = [] }\n'

FILL = 'call = "fill"\nargs = [64, { hex = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f" }, '
FILL += '{ zeros = 64, of = "f32" }]\njavascript = "js/mix.mjs"\n'


def write_project(project: ProjectFixture, javascript: str) -> None:
    """A component in C with two benches, one of them with buffers."""
    if not isinstance(installed_runtimes.find_runtime_toolchain("chromium"), ResolvedToolchain):
        pytest.skip("chromium is not on this machine: apt-get install chromium")
    forge = HEAD + component("mix", "c", more=EXPORTS) + bench("mix", 'javascript = "js/mix.mjs"\ntimeout = 20\n')
    project.write({"forge.toml": forge + bench("mix", FILL), "mix/mix.c": C.format(head="")})
    project.write({"mix/js/mix.mjs": javascript})


def test_a_page_is_timed_as_the_others_are(project: ProjectFixture) -> None:
    write_project(project, JAVASCRIPT)
    ended = run_bench(project, "-n", "6", "-o", "json", "-e", "chromium", "-e", "node")
    assert ended.exit == 0, ended.output
    found = tables(ended)
    assert set(found) == {"mix mix", "mix fill"}
    for table in found.values():
        codes = ("javascript", "wasm base", "wasm simd")
        assert set(participants(table)) == {f"{c} in {e}" for c in codes for e in ("chromium", "node")}
        assert table["skipped"] == []
        assert all(e["calls"] > 1 for e in table["measurements"])


def test_a_page_that_hangs_or_errs_is_left_out_and_the_others_go_on(project: ProjectFixture) -> None:
    window = "typeof document === 'object'"
    hangs = JAVASCRIPT.replace("let s = 0", f"let s = 0\n  for (; {window};);")
    write_project(
        project,
        hangs.replace("export function fill", f"if ({window}) throw new Error('no page')\nexport function fill"),
    )
    ended = run_bench(project, "-o", "json", "-e", "chromium")
    assert ended.exit == 1, ended.output
    for table in tables(ended).values():
        assert set(participants(table)) == {"javascript in node", "wasm base in chromium", "wasm simd in chromium"}
        (skipped,) = table["skipped"]
        assert (skipped["code"], skipped["engine"].split()[0], skipped["why"]) == ("javascript", "chromium", "no page")
    project.write({"mix/js/mix.mjs": hangs})
    ended = run_bench(project, "-o", "json", "-e", "chromium")
    assert ended.exit == 1, ended.output
    (skipped,) = tables(ended)["mix mix"]["skipped"]
    assert (skipped["code"], skipped["why"]) == ("javascript", "gave no answer within 20 s")
    assert tables(ended)["mix fill"]["skipped"] == []
