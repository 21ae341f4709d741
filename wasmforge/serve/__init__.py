"""The site of `wasmforge serve`: what was delivered, with a page that runs its smoke tests in the browser."""

from wasmforge.serve.server import Server, listen
from wasmforge.serve.site import Site

__all__ = ["Server", "Site", "listen"]
