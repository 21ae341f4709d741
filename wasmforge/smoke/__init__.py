"""Runs delivered artifacts in real runtimes and says whether they do what their tests say."""

from wasmforge.smoke.hands import Boxed, Hands
from wasmforge.smoke.memory import run_new
from wasmforge.smoke.run import identity, run, toolchains

__all__ = ["Boxed", "Hands", "identity", "run", "run_new", "toolchains"]
