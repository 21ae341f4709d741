"""Implementation limits of engines (from the WebAssembly JavaScript API), which also bound the reader's work."""

TYPES = 1_000_000
FUNCTIONS = 1_000_000
IMPORTS = 1_000_000
EXPORTS = 1_000_000
GLOBALS = 1_000_000
TAGS = 1_000_000
TABLES = 100_000
MEMORIES = 100
DATA = 100_000
PARAMETERS = 1_000
FIELDS = 10_000

SECTION_BYTES = 32 * 1024 * 1024
"""The largest section that is read item by item; code, data and elements are skipped and have no such bound."""

SECTIONS = 100_000
"""Sections of one file, custom ones included."""
