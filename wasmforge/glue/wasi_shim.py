"""WASI preview 1 for hosts that have none: pages, workers, and Node.js where a module has files in memory.

Only the functions that a module imports are written, and what they use.
"""

import re
from collections.abc import Iterable, Mapping

from wasmforge.glue import wasi_files
from wasmforge.glue.wasi_functions import ERRORS, LIBRARY, PROGRAM
from wasmforge.model import preview1

WASI = preview1.MODULE

CONSTANTS = {
    **{f"${name}": str(number) for name, number in ERRORS.items()},
    "$TERMINAL": "2",
    "$ALL": "(1n << 64n) - 1n",
}
"""Errors, the type of a terminal, and all rights to a file."""

PRINTER = """\
// Prints whole lines on the console, and what is left of one once the module has returned.
function $printer(log) {
  const decoder = new TextDecoder();
  let line = "";
  const flush = () => {
    if (line) log(line);
    line = "";
  };
  return (bytes) => {
    const lines = (line + decoder.decode(bytes, { stream: true })).split("\\n");
    line = lines.pop();
    lines.forEach((whole) => log(whole));
    queueMicrotask(flush);
  };
}
"""

EXIT = """\
class $Exit {
  constructor(code) {
    this.code = code;
  }
}
"""

INPUT = """\
// Reads text, bytes, or what a function gives until that is null: at most so many bytes at a time.
function $input(given) {
  let more = typeof given === "function" ? given : null;
  let left = more ? new Uint8Array() : $bytes(given);
  return (size) => {
    const next = !left.length && more ? more() : null;
    if (next !== null && next !== undefined) left = $bytes(next);
    else if (!left.length) more = null;
    const part = left.subarray(0, size);
    left = left.subarray(size);
    return part;
  };
}
"""

_OUTSIDE = {"$printer": PRINTER, "$Exit": EXIT, **wasi_files.BEYOND_MEMORY, "$input": INPUT}

_INSIDE = {
    "view": "  const view = () => new DataView(memory().buffer);\n",
    "bytes": "  const bytes = (at, size) => new Uint8Array(memory().buffer, at, size);\n",
    "zeros": "  const zeros = (...at) => (at.forEach((a) => view().setUint32(a, 0, true)), 0);\n",
    "buffers": """\
  const buffers = (list, length) => {
    const word = (at) => view().getUint32(list + at, true);
    return Array.from({ length }, (_, i) => bytes(word(8 * i), word(8 * i + 4)));
  };
""",
    "put": """\
  const put = (words, list, at) => {
    for (const word of words) {
      view().setUint32(list, at, true);
      bytes(at, word.length).set(word);
      list += 4;
      at += word.length;
    }
    return 0;
  };
""",
    "measure": """\
  const measure = (words, count, size) => {
    view().setUint32(count, words.length, true);
    view().setUint32(size, words.reduce((sum, word) => sum + word.length, 0), true);
    return 0;
  };
""",
    **wasi_files.IN_MEMORY,
}
"""Declarations within `$wasi`, by name; in the order in which they are written."""

_CONSOLE = "  const print = [, $printer(console.log), $printer(console.error)];\n"


def wasi_shim(names: Iterable[str], *, program: bool = False, files: bool = False, also: str = "") -> str:
    """`$wasi(memory, …)`: an object with these functions of WASI; `memory` is called for the instance's memory.

    With `files` they work on the files in the folder `root`, which is `/`. A program has `args`, `environ`, `input` and
    `print`. `also` is text outside that uses what is declared here. Empty where nothing is needed.
    """
    table = PROGRAM if program else LIBRARY
    members = "".join(f"    {name}: {_function(name, table, files=files)},\n" for name in names)
    printing = "print[" in members
    inside = _declared(_INSIDE, members)
    body = (_CONSOLE if printing and not program else "") + inside
    given = [n for n in ("root", "args", "environ", "input", "print") if _mentions(inside + members, n)]
    given = [n for n in given if program or n == "root"]
    parameters = f"memory, {{ {', '.join(given)} }}" if given else "memory"
    function = f"function $wasi({parameters}) {{\n{body}  return {{\n{members}  }};\n}}\n"
    function = function if members or _mentions(also, "$wasi") else ""
    outside = _declared(_OUTSIDE, function + also)
    used = [f"{name} = {value}" for name, value in CONSTANTS.items() if _mentions(outside + function, name)]
    return "\n".join(part for part in (f"const {', '.join(used)};\n" if used else "", outside, function) if part)


def uses_files(names: Iterable[str]) -> bool:
    """Whether a module that imports these functions opens files: descriptors come from nowhere else."""
    return "path_open" in names


def _function(name: str, table: Mapping[str, str], *, files: bool) -> str:
    if not files or name not in wasi_files.FUNCTIONS:
        return table[name]
    return f"onFile({wasi_files.FUNCTIONS[name]}, {table[name]})"


def _declared(pieces: Mapping[str, str], text: str) -> str:
    """The pieces that `text` mentions, and those that they mention, in the order of the table."""
    wanted: set[str] = set()
    queue = [text]
    for mentioning in queue:  # grows while it is gone through
        found = {name for name in pieces if name not in wanted and _mentions(mentioning, name)}
        wanted |= found
        queue += [pieces[name] for name in found]
    return "".join(piece for name, piece in pieces.items() if name in wanted)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", text) is not None
