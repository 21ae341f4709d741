"""Generates the JavaScript, declarations and package files for modules. Pure; `__main__` is the step command."""

from wasmforge.glue.declarations import declarations
from wasmforge.glue.es_module import es_module
from wasmforge.glue.js_interface import HOSTS, Host
from wasmforge.glue.package_files import package_json

__all__ = [
    "HOSTS",
    "Host",
    "declarations",
    "es_module",
    "package_json",
]
