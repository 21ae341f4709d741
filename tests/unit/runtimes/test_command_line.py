"""How command-line runtimes end, in the words that they really print."""

from pathlib import Path

import pytest

from wasmforge.config.catalog import load_catalog
from wasmforge.model.smoke import Smoke, SmokeRun
from wasmforge.process import ProcessResult
from wasmforge.runtimes.command_line import interpret_exit, printed_numbers
from wasmforge.runtimes.protocol import Job
from wasmforge.smoke.job import make_job
from wasmforge.wasm import read

FILES = load_catalog(None).runtimes

EMPTY = b"\0asm\1\0\0\0"


def job() -> Job:
    smoke_run = SmokeRun(label="a", component="a", target="a", runtime="a", smoke=Smoke(), module="/a.wasm")
    return make_job(smoke_run, read(EMPTY), Path("/run"), glue=False)


WASMEDGE_LACKS = """[2026-11-23 13:35:15.317] [error] instantiation failed: unknown import, Code: 0x302
[2026-11-23 13:35:15.318] [error]     When linking module: "env" , function name: "abort"
"""


@pytest.mark.parametrize(
    ("runtime", "exit_code", "said", "ended", "message"),
    [
        ("iwasm", 1, "Exception: unreachable\n", "trapped", "unreachable"),
        ("iwasm", 1, "Exception: wasm operand stack overflow\n", "trapped", "wasm operand stack overflow"),
        (
            "iwasm",
            1,
            "Exception: failed to call unlinked import function (env, abort)\n",
            "refused",
            "iwasm does not provide the import env.abort",
        ),
        ("iwasm", 1, "iwasm: x.wasm: WASM module load failed: bad\n", "refused", "iwasm: WASM module load failed: bad"),
        ("iwasm", 3, "out of luck\n", "exited", ""),
        ("iwasm", 0, "Exception: is only what the program says\n", "exited", ""),
        ("wasmedge", 134, "[2026] [error] execution failed: unreachable, Code: 0x40a\n", "trapped", "unreachable"),
        ("wasmedge", -6, "[2026] [error] execution failed: unreachable, Code: 0x40a\n", "trapped", "unreachable"),
        ("wasmedge", 1, WASMEDGE_LACKS, "refused", "wasmedge does not provide the import env.abort"),
        ("wasmedge", 3, "", "exited", ""),
    ],
)
def test_ends(runtime: str, exit_code: int, said: str, ended: str, message: str) -> None:
    done = ProcessResult(exit=exit_code, output=b"", seconds=1)
    answer = interpret_exit(FILES[runtime], job(), done, b"", said.encode())
    assert answer is not None
    assert (answer.ended, answer.message) == (ended, message)
    if ended == "exited":
        assert answer.exit == exit_code


def test_a_signal_and_a_time_out() -> None:
    assert interpret_exit(FILES["iwasm"], job(), ProcessResult(exit=-11, output=b"", seconds=1), b"", b"") is None
    late = interpret_exit(
        FILES["iwasm"], job(), ProcessResult(exit=-9, output=b"", seconds=1, timed_out=True), b"", b""
    )
    assert late is not None
    assert late.ended == "timeout"


def test_results_are_the_last_numbers() -> None:
    assert printed_numbers(FILES["iwasm"], b"12\n0x5:i64,0xffffffffffffffff:i64\n", 2) == [5, 2**64 - 1]
    assert printed_numbers(FILES["wasmedge"], b"said 7\n1\n-5\n", 2) == [1, -5]
    assert printed_numbers(FILES["wasmedge"], b"-5\n", 2) == [-5]
    assert printed_numbers(FILES["wasmedge"], b"-5\n", 0) == []
