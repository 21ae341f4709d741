"""THOUGHT: manifest x catalog x snapshots -> plan. Pure, printable, equal on every machine."""

from wasmforge.plan.check import check
from wasmforge.plan.lint import lint
from wasmforge.plan.make import contract_of, make_plan, promise
from wasmforge.plan.named import named_files
from wasmforge.plan.select import Request, Wanted, only, select, toolchains_of

__all__ = [
    "Request",
    "Wanted",
    "check",
    "contract_of",
    "lint",
    "make_plan",
    "named_files",
    "only",
    "promise",
    "select",
    "toolchains_of",
]
