"""`python -m wasmforge` is the `wasmforge` program."""

from wasmforge.cli import main

main()
