"""WASI preview 1 as JavaScript, for hosts that have no files: each of its functions as text.

What the text mentions is declared in `wasi_shim.py`: errors as `$BADF`, access to the memory, streams.
"""

from wasmforge.model import preview1

ERRORS = {
    "BADF": 8,
    "EXIST": 20,
    "INVAL": 28,
    "ISDIR": 31,
    "NOENT": 44,
    "NOSPC": 51,
    "NOSYS": 52,
    "NOTDIR": 54,
    "NOTEMPTY": 55,
    "NOTSOCK": 57,
    "NOTSUP": 58,
    "SPIPE": 70,
    "NOTCAPABLE": 76,
}
"""WASI's numbers of errors, by their names there."""

_STREAM_ERRORS = {
    "fd_advise": "SPIPE",
    "fd_allocate": "INVAL",
    "fd_close": "",
    "fd_datasync": "INVAL",
    "fd_fdstat_set_flags": "",
    "fd_fdstat_set_rights": "",
    "fd_filestat_set_size": "INVAL",
    "fd_filestat_set_times": "INVAL",
    "fd_pread": "SPIPE",
    "fd_prestat_dir_name": "BADF",
    "fd_prestat_get": "BADF",
    "fd_pwrite": "SPIPE",
    "fd_readdir": "NOTDIR",
    "fd_renumber": "NOTSUP",
    "fd_seek": "SPIPE",
    "fd_sync": "INVAL",
    "fd_tell": "SPIPE",
    **{name: "NOTDIR" for name in preview1.FUNCTIONS if name.startswith("path_")},
    **{name: "NOTSOCK" for name in preview1.FUNCTIONS if name.startswith("sock_")},
}
"""What a function answers for the three streams; nothing is success. No other descriptor is open."""


def _for_streams(error: str) -> str:
    if error == "BADF":
        return "() => $BADF"
    return f"(fd) => (fd > 2 ? $BADF : {f'${error}' if error else 0})"


LIBRARY: dict[str, str] = {
    **{name: _for_streams(error) for name, error in _STREAM_ERRORS.items()},
    "args_get": "() => 0",
    "args_sizes_get": "(count, size) => zeros(count, size)",
    "clock_res_get": "(id, at) => (view().setBigUint64(at, 1000n, true), 0)",
    "clock_time_get": """(id, precision, at) => {
      const now = id === 0 ? Date.now() : performance.now();
      view().setBigUint64(at, BigInt(Math.round(now * 1e6)), true);
      return 0;
    }""",
    "environ_get": "() => 0",
    "environ_sizes_get": "(count, size) => zeros(count, size)",
    "fd_fdstat_get": """(fd, at) => {
      if (fd > 2) return $BADF;
      bytes(at, 24).fill(0)[0] = $TERMINAL;
      return 0;
    }""",
    "fd_filestat_get": """(fd, at) => {
      if (fd > 2) return $BADF;
      bytes(at, 64).fill(0)[16] = $TERMINAL;
      return 0;
    }""",
    "fd_read": "(fd, list, length, count) => (fd === 0 ? zeros(count) : $BADF)",
    "fd_write": """(fd, list, length, count) => {
      if (fd !== 1 && fd !== 2) return $BADF;
      let written = 0;
      for (const part of buffers(list, length)) {
        print[fd](part.slice());
        written += part.length;
      }
      view().setUint32(count, written, true);
      return 0;
    }""",
    "poll_oneoff": "() => $NOSYS",
    "proc_exit": """(code) => {
      throw new Error(`the module exited with code ${code}`);
    }""",
    "proc_raise": "() => $NOSYS",
    "random_get": """(at, length) => {
      for (let i = 0; i < length; i += 65536) crypto.getRandomValues(bytes(at + i, Math.min(65536, length - i)));
      return 0;
    }""",
    "sched_yield": "() => 0",
}
"""For a library: no arguments, nothing to read, and the console to print on."""

PROGRAM: dict[str, str] = {
    **LIBRARY,
    "args_get": "(list, at) => put(args, list, at)",
    "args_sizes_get": "(count, size) => measure(args, count, size)",
    "environ_get": "(list, at) => put(environ, list, at)",
    "environ_sizes_get": "(count, size) => measure(environ, count, size)",
    "fd_fdstat_get": "(fd, at) => (fd > 2 ? $BADF : (bytes(at, 24).fill(0), 0))",
    "fd_filestat_get": "(fd, at) => (fd > 2 ? $BADF : (bytes(at, 64).fill(0), 0))",
    "fd_read": """(fd, list, length, count) => {
      if (fd !== 0) return $BADF;
      let total = 0;
      for (const target of buffers(list, length)) {
        const part = input(target.length);
        target.set(part);
        total += part.length;
        if (part.length < target.length) break;
      }
      view().setUint32(count, total, true);
      return 0;
    }""",
    "proc_exit": "(code) => { throw new $Exit(code); }",
}
"""For a program: what `run` was given. Its streams are of an unknown type, so no terminal."""
