"""Runs delivered artifacts in real runtimes and says whether they do what their tests say."""

from wasmforge.smoke.memory import run_new
from wasmforge.smoke.run import RUNTIMES, identity, run

__all__ = ["RUNTIMES", "identity", "run", "run_new"]
