"""Pages for people: each function takes data and an output, and prints."""

from wasmforge.report.json_lines import show_json
from wasmforge.report.views.doctor import show_doctor
from wasmforge.report.views.explain import show_explain
from wasmforge.report.views.module import show_module
from wasmforge.report.views.plan import show_plan
from wasmforge.report.views.recipe import show_recipe, show_recipes
from wasmforge.report.views.target import show_target, show_targets
from wasmforge.report.views.toolchain import show_toolchain, show_toolchains

__all__ = [
    "show_doctor",
    "show_explain",
    "show_json",
    "show_module",
    "show_plan",
    "show_recipe",
    "show_recipes",
    "show_target",
    "show_targets",
    "show_toolchain",
    "show_toolchains",
]
