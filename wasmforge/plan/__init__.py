"""Makes the plan from manifest, catalog and snapshots. Pure, printable, the same on every machine."""

from wasmforge.model.request import Request
from wasmforge.plan.checks.manifest import check, mistakes
from wasmforge.plan.delivery import contract_of, dist_of, javascript_host, make_delivery
from wasmforge.plan.file_options import file_lists, file_options, option_words
from wasmforge.plan.planner import make_plan
from wasmforge.plan.recipes.lint import lint
from wasmforge.plan.select import BuildUnit, restrict_to, select, toolchains_of

__all__ = [
    "BuildUnit",
    "Request",
    "check",
    "contract_of",
    "dist_of",
    "file_lists",
    "file_options",
    "javascript_host",
    "lint",
    "make_delivery",
    "make_plan",
    "mistakes",
    "option_words",
    "restrict_to",
    "select",
    "toolchains_of",
]
