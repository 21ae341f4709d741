"""Writes the JavaScript that a module without glue needs to be imported; starts nothing and reads no file."""

from wasmforge.glue.declarations import declarations
from wasmforge.glue.es_module import es_module
from wasmforge.glue.package import package_json
from wasmforge.glue.surface import HOSTS, Host

__all__ = ["HOSTS", "Host", "declarations", "es_module", "package_json"]
