"""The parts of the glue that are the same for every module: JavaScript as text, with a few words to fill in."""

from typing import Literal

NODE_IMPORTS = {
    False: 'import { readFile } from "node:fs/promises";\n',
    True: """\
import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
""",
}
"""Static imports on Node.js; a command also finds out whether it is the program."""

READ_ON_WEB = """\
// Bundlers must not follow this import: only Node.js, where the module is a file, gets here.
const $node = (name) => import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
const $read = async (url) => (await $node("fs/promises")).readFile(url);

"""

READ_ON_NODE = "const $read = readFile;\n\n"

COMPILE = """\
async function $compile(source) {
  source = await source;
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof URL) source = source.protocol === "file:" ? await $read(source) : await fetch(source);
  if (!(source instanceof Response)) return WebAssembly.compile(source);
  if (!source.ok) throw new Error(`cannot load ${source.url}: ${source.status} ${source.statusText}`);
  if (source.headers.get("Content-Type") === "application/wasm") return WebAssembly.compileStreaming(source);
  return WebAssembly.compile(await source.arrayBuffer());
}
"""

THREAD = """\
// One more instance on a memory that is in use: its thread gets a stack and thread-local variables of its own.
function $thread({ __stack_pointer, __tls_size, __tls_align, __wasm_init_tls }, memory) {
  const align = Math.max(__tls_align.value, 16);
  const stack = 1 << 20;
  const at = memory.grow(Math.ceil((stack + align + __tls_size.value) / 65536)) * 65536;
  __stack_pointer.value = at + stack;
  if (__tls_size.value) __wasm_init_tls(Math.ceil((at + stack) / align) * align);
}
"""

RUN_WASI = """\
export async function run({
  args = [], env = {}, stdin = 0, stdout = 1, stderr = 2, preopens = {}IMPORTS
} = {}) {
  const { WASI } = await import("node:wasi");
  const wasi = new WASI({
    version: "preview1", args: [NAME, ...args], env, stdin, stdout, stderr, preopens, returnOnExit: true,
  });
  return wasi.start(await WebAssembly.instantiate(await $compile($url), GIVEN));
}
"""

RUN_PLAIN = """\
export async function run(IMPORTS) {
  const instance = await WebAssembly.instantiate(await $compile($url), GIVEN);
  instance.exports._start();
  return 0;
}
"""

MAIN = """\
function $isMain() {
  try {
    return realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
  } catch {
    return false; // there is no script, as in `node -e`
  }
}

if ($isMain()) {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (rest[0] !== "ExperimentalWarning") emitWarning.call(process, warning, ...rest);
  };
  process.exitCode = await run({ args: process.argv.slice(2), env: process.env });
}
"""


def compile_from(host: Literal["web", "node"]) -> str:
    """`$compile(source)`: a WebAssembly.Module from a module, bytes, a response or a URL."""
    return (READ_ON_WEB if host == "web" else READ_ON_NODE) + COMPILE
