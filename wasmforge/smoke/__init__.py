"""Runs delivered artifacts in real runtimes and says whether they do what their tests say."""

from wasmforge.smoke.run import RUNTIMES, identity, run

__all__ = ["RUNTIMES", "identity", "run"]
