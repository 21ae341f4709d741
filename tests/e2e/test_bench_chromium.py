"""`wasmforge bench` in pages of a browser: who takes part there, and what becomes of a page that misbehaves."""

import pytest

from tests.e2e import runtime_room
from tests.e2e.bench_room import JAVASCRIPT, C, bench, component, contestants, tables, told
from tests.space import Space
from wasmforge.model.toolchain import Kit

pytestmark = [pytest.mark.e2e, pytest.mark.toolchains]

HEAD = 'format = 1\n[build]\ntargets = ["web"]\n'

EXPORTS = 'exports = ["mix", "fill", "malloc", "free"]\nvariants = { simd = ["simd"], base = [] }\n'

FILL = 'call = "fill"\nargs = [64, { hex = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f" }, '
FILL += '{ zeros = 64, of = "f32" }]\njavascript = "js/mix.mjs"\n'


def project(space: Space, javascript: str) -> None:
    """A component in C with two benches, one of them with buffers."""
    if not isinstance(runtime_room.kit("chromium"), Kit):
        pytest.skip("chromium is not on this machine: apt-get install chromium")
    forge = HEAD + component("mix", "c", more=EXPORTS) + bench("mix", 'javascript = "js/mix.mjs"\ntimeout = 20\n')
    space.write({"forge.toml": forge + bench("mix", FILL), "mix/mix.c": C.format(head="")})
    space.write({"mix/js/mix.mjs": javascript})


def test_a_page_is_timed_as_the_others_are(space: Space) -> None:
    project(space, JAVASCRIPT)
    ended = told(space, "-n", "6", "-o", "json", "-e", "chromium", "-e", "node")
    assert ended.exit == 0, ended.said
    found = tables(ended)
    assert set(found) == {"mix mix", "mix fill"}
    for table in found.values():
        codes = ("javascript", "wasm base", "wasm simd")
        assert set(contestants(table)) == {f"{c} in {e}" for c in codes for e in ("chromium", "node")}
        assert table["absent"] == []
        assert all(e["calls"] > 1 for e in table["entries"])


def test_a_page_that_hangs_or_errs_is_left_out_and_the_others_go_on(space: Space) -> None:
    window = "typeof document === 'object'"
    hangs = JAVASCRIPT.replace("let s = 0", f"let s = 0\n  for (; {window};);")
    project(
        space, hangs.replace("export function fill", f"if ({window}) throw new Error('no page')\nexport function fill")
    )
    ended = told(space, "-o", "json", "-e", "chromium")
    assert ended.exit == 1, ended.said
    for table in tables(ended).values():
        assert set(contestants(table)) == {"javascript in node", "wasm base in chromium", "wasm simd in chromium"}
        (absent,) = table["absent"]
        assert (absent["code"], absent["engine"].split()[0], absent["why"]) == ("javascript", "chromium", "no page")
    space.write({"mix/js/mix.mjs": hangs})
    ended = told(space, "-o", "json", "-e", "chromium")
    assert ended.exit == 1, ended.said
    (absent,) = tables(ended)["mix mix"]["absent"]
    assert (absent["code"], absent["why"]) == ("javascript", "gave no answer within 20 s")
    assert tables(ended)["mix fill"]["absent"] == []
