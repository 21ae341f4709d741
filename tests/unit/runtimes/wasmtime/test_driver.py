"""Native code that this engine did not make, or that is for another machine, is told by its header."""

import platform
import sys
from pathlib import Path

import pytest

from tests.support import aot_headers
from wasmforge.runtimes.wasmtime.driver import why_not_loadable

HERE = f"{platform.machine()}-unknown-{sys.platform}-gnu"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (aot_headers.wasmtime("50", HERE), ""),
        (aot_headers.wasmtime("49", HERE), f"a.cwasm was compiled by wasmtime 49 for {HERE}, this is 50: build again"),
        (
            aot_headers.wasmtime("50", "mips-unknown-none"),
            "a.cwasm was compiled by wasmtime 50 for mips-unknown-none, this is",
        ),
        (aot_headers.wamr(), "a.cwasm is not Wasmtime's native code"),
        (aot_headers.wasmtime()[:90], "a.cwasm: "),
    ],
)
def test_what_the_header_says_against_it(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "a.cwasm"
    file.write_bytes(data)
    found = why_not_loadable(file, "wasmtime 50.0.1")
    assert found.startswith(said) if said else found == ""


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert "No such file" in why_not_loadable(tmp_path / "a.cwasm", "wasmtime 50.0.1")
