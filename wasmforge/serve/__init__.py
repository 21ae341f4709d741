"""The site of `wasmforge serve`: what was delivered, with a page that runs its smoke tests in the browser."""

from wasmforge.serve.routes import Site
from wasmforge.serve.server import Server, listen

__all__ = [
    "Server",
    "Site",
    "listen",
]
