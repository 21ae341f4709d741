"""Confines commands to a policy, which is data: by bubblewrap, or by Landlock and seccomp."""

from wasmforge.sandbox.detect import FIX, asked_for, candidates, choose_sandbox, find_sandbox
from wasmforge.sandbox.policy import UNCONFINED, Mode, Policy, Sandbox
from wasmforge.sandbox.run import run
from wasmforge.sandbox.toolchain import readable, rustup_home

__all__ = [
    "FIX",
    "UNCONFINED",
    "Mode",
    "Policy",
    "Sandbox",
    "asked_for",
    "candidates",
    "choose_sandbox",
    "find_sandbox",
    "readable",
    "run",
    "rustup_home",
]
