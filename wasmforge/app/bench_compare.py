"""Reads the saved run of an earlier benchmark, and compares a run with it."""

from pathlib import Path

import msgspec

from wasmforge.bench.regression import compare_runs
from wasmforge.errors import usage_error
from wasmforge.model.bench import BenchRun, RatioChange
from wasmforge.safe_paths import MAX_STATE_BYTES, read_bounded


def read_saved_run(file: Path) -> BenchRun:
    """The run in a file that `--save` or `-o json` wrote. Raises ForgeError."""
    try:
        return msgspec.json.decode(read_bounded(file, MAX_STATE_BYTES), type=BenchRun)
    except OSError as e:
        raise usage_error((e.strerror or str(e)).lower(), where=f"--compare {file}") from None
    except msgspec.DecodeError as e:
        hint = "write one with --save FILE.json"
        raise usage_error(f"is not a saved run: {e}", where=f"--compare {file}", hint=hint) from None


def compare_with_saved(run: BenchRun, saved: BenchRun) -> tuple[RatioChange, ...]:
    """The change of each participant that both runs have."""
    return compare_runs(run, saved)
