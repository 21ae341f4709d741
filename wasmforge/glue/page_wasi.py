"""As much of WASI as a page can offer: clocks, random bytes, a console to print to; no files, no arguments, no input.

C and C++ libraries import these for `printf`, `time` or an assertion that fails. Each function is JavaScript text.
"""

WASI = "wasi_snapshot_preview1"

FUNCTIONS: dict[str, str] = {
    "args_get": "() => 0",
    "args_sizes_get": "(count, bytes) => $zeros(count, bytes)",
    "clock_res_get": "(id, at) => (view().setBigUint64(at, 1000n, true), 0)",
    "clock_time_get": """(id, precision, at) => {
      const now = id === 0 ? Date.now() : performance.now();
      view().setBigUint64(at, BigInt(Math.round(now * 1e6)), true);
      return 0;
    }""",
    "environ_get": "() => 0",
    "environ_sizes_get": "(count, bytes) => $zeros(count, bytes)",
    "fd_close": "() => 0",
    "fd_fdstat_get": """(fd, at) => {
      if (fd > 2) return $BADF;
      new Uint8Array(memory().buffer, at, 24).fill(0)[0] = $TERMINAL;
      return 0;
    }""",
    "fd_prestat_dir_name": "() => $BADF",
    "fd_prestat_get": "() => $BADF",
    "fd_read": "(fd, list, length, count) => (fd === 0 ? (view().setUint32(count, 0, true), 0) : $BADF)",
    "fd_seek": "() => $SPIPE",
    "fd_write": """(fd, list, length, count) => {
      if (fd !== 1 && fd !== 2) return $BADF;
      let written = 0;
      for (let i = 0; i < length; i++) {
        const at = view().getUint32(list + 8 * i, true), size = view().getUint32(list + 8 * i + 4, true);
        print[fd](new Uint8Array(memory().buffer, at, size).slice());
        written += size;
      }
      view().setUint32(count, written, true);
      return 0;
    }""",
    "poll_oneoff": "() => $NOSYS",
    "proc_exit": """(code) => {
      throw new Error(`the module exited with code ${code}`);
    }""",
    "random_get": """(at, length) => {
      for (let i = 0; i < length; i += 65536) {
        crypto.getRandomValues(new Uint8Array(memory().buffer, at + i, Math.min(65536, length - i)));
      }
      return 0;
    }""",
    "sched_yield": "() => 0",
}
"""Errors are WASI's numbers: 8 bad file, 52 not supported, 70 a stream cannot be sought."""

_PRINTER = """\
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


def page_wasi(names: tuple[str, ...]) -> str:
    """`$wasi(memory)`: an object with these functions of WASI; `memory` is called for the instance's memory."""
    printing = "fd_write" in names
    constants = {"BADF": 8, "NOSYS": 52, "SPIPE": 70, "TERMINAL": 2}
    bodies = "".join(FUNCTIONS[name] for name in names)
    used = [f"${key} = {value}" for key, value in constants.items() if f"${key}" in bodies]
    lines = [f"const {', '.join(used)};\n"] if used else []
    lines.append(_PRINTER if printing else "")
    lines.append("function $wasi(memory) {\n")
    if "view()" in bodies or "$zeros" in bodies:
        lines.append("  const view = () => new DataView(memory().buffer);\n")
    lines.append("  const print = [, $printer(console.log), $printer(console.error)];\n" if printing else "")
    if "$zeros" in bodies:
        lines.append("  const $zeros = (...at) => (at.forEach((a) => view().setUint32(a, 0, true)), 0);\n")
    lines.append("  return {\n")
    lines += [f"    {name}: {FUNCTIONS[name]},\n" for name in names]
    lines.append("  };\n}\n")
    return "".join(lines)
