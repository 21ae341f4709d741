"""JavaScript that is equal for every module, as text with placeholders."""

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

NODE_FILES_IMPORTS = """\
import { realpathSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
"""
"""The same for a command with files."""

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

LOAD_FILES = """\
let $loading;
const $files = () => {
  $loading ??= $load($data).then($unpack, (error) => {
    $loading = undefined;
    throw error;
  });
  return $loading;
};

async function $load(url) {
  if (url.protocol === "file:") return $read(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`cannot load ${url}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
"""

IMPORTED_FILES = "const $files = () => $unpack($data);\n"
"""On hosts that import the pack with the module."""

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

RUN_WASI_WITH_FILES = """\
export async function run({
  args = [], env = {}, stdin = 0, stdout = 1, stderr = 2, preopens = {}IMPORTS
} = {}) {
  const { WASI } = await import("node:wasi");
  const folder = await $laidOut();
  try {
    const wasi = new WASI({
      version: "preview1", args: [NAME, ...args], env, stdin, stdout, stderr, preopens: { "/": folder, ...preopens },
      returnOnExit: true,
    });
    return wasi.start(await WebAssembly.instantiate(await $compile($url), GIVEN));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
"""

LAID_OUT = """\
// A temporary folder with a copy of the component's files.
async function $laidOut() {
  const folder = await mkdtemp(join(tmpdir(), "files-"));
  for (const [path, content] of Object.entries(await $files())) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
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


RUN_PROGRAM = """\
let $compiled;

export async function run(args = [], { env = {}, stdin = "", stdout, stderrFILESIMPORTS } = {}) {
  const module = await ($compiled ??= COMPILE);
  ROOTconst outputs = [[], []];
  const wasi = $wasi(() => instance.exports.memory, {
    args: [NAME, ...args].map((word) => $bytes(`${word}\\0`)),
    environ: Object.entries(env).map(([name, value]) => $bytes(`${name}=${value}\\0`)),
    input: $input(stdin),
    print: [, stdout ?? ((bytes) => outputs[0].push(bytes)), stderr ?? ((bytes) => outputs[1].push(bytes))],GIVEN
  });
  const instance = INSTANCE;
  let exitCode = 0;
  try {
    instance.exports._start();
  } catch (error) {
    if (!(error instanceof $Exit)) throw error;
    exitCode = error.code;
  }
  const [stdoutBytes, stderrBytes] = outputs.map($joined);
  const decoder = new TextDecoder();
  return {
    exitCode, stdout: decoder.decode(stdoutBytes), stderr: decoder.decode(stderrBytes), stdoutBytes, stderrBytes,WRITTEN
  };
}

function $joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
"""
"""`run` of a program where we are the system: in a page or a worker."""

COMPILE_ONCE = """\
$compile($url).catch((error) => {
    $compiled = undefined;
    throw error;
  })"""
"""A page that could not load the module may try again."""


def compile_from(host: Literal["web", "node"]) -> str:
    """`$compile(source)`: a WebAssembly.Module from a module, bytes, a response or a URL."""
    return (READ_ON_WEB if host == "web" else READ_ON_NODE) + COMPILE
