// Makes the call of a job on the delivered glue and returns the answer; for every host that runs JavaScript.
//
// Fields of the job and of the answer are those of runtimes/protocol.py.

class Refused extends Error {}

// The answer for a thrown value; V8 puts the number of the wasm function into the stack.
export function answerOfThrown(error) {
  if (error instanceof Refused) return { ended: 'refused', message: error.message }
  const stack = String(error?.stack ?? '')
  const place = /wasm-function\[(\d+)\]/.exec(stack)
  const where = place ? Number(place[1]) : null
  const message = String(error?.message ?? error)
  const exception = typeof WebAssembly.Exception === 'function' && error instanceof WebAssembly.Exception
  if (exception) return { ended: 'trapped', message: 'uncaught exception', function: where }
  if (error instanceof WebAssembly.RuntimeError || place) return { ended: 'trapped', message, function: where }
  return { ended: 'refused', message: `${error?.name ?? 'error'}: ${message}` }
}

function value(result) {
  if (typeof result === 'bigint') return { kind: 'i64', text: String(result) }
  if (typeof result === 'number') return { kind: 'number', text: String(result) }
  if (typeof result === 'boolean') return { kind: 'bool', text: String(result) }
  if (typeof result === 'string') return { kind: 'string', text: result }
  return { kind: 'other', text: result === null ? 'null' : `a ${result?.constructor?.name ?? typeof result}` }
}

function values(result) {
  if (result === undefined) return []
  if (Array.isArray(result) || (ArrayBuffer.isView(result) && !(result instanceof DataView))) {
    return Array.from(result, value)
  }
  return [value(result)]
}

function packed(bytes) {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

// Writes a buffer into memory that the module allocates. Returns its address, and adds offset and size to `places`.
export function allocate(bytes, { name, more, pin, wide }, glue, places) {
  const number = wide ? BigInt : Number
  for (const needed of [name, pin]) {
    if (needed && typeof glue[needed] !== 'function') {
      throw new Refused(`a buffer needs the glue to export ${needed}, as the module does`)
    }
  }
  if (!(glue.memory instanceof WebAssembly.Memory)) throw new Refused('a buffer needs the glue to export the memory')
  let address = glue[name](number(bytes.length), ...more.map(number))
  if (pin) address = glue[pin](address)
  const at = wide ? Number(BigInt.asUintN(64, address)) : address >>> 0
  if (at + bytes.length > glue.memory.buffer.byteLength || (at === 0 && bytes.length > 0)) {
    throw new Refused(`${name}(${bytes.length}) gave ${at}, which is no room for ${bytes.length} bytes`)
  }
  new Uint8Array(glue.memory.buffer).set(bytes, at)
  places.push([at, bytes.length])
  return address
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

class TooMuchOutput extends Error {}

// The answer to a job without `call`: runs the program. It has no process, so its streams and files are the answer's.
export async function runProgram(job, glue) {
  if (typeof glue.run !== 'function') throw new Refused('the ES module exports no run(), which starts a program')
  const printed = [[], []]
  const sizes = [0, 0]
  const into = (stream) => (bytes) => {
    sizes[stream] += bytes.length
    if (sizes[stream] > job.most_output) throw new TooMuchOutput()
    printed[stream].push(bytes)
  }
  const unpacked = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const files = Object.fromEntries(Object.entries(job.given).map(([path, text]) => [path, unpacked(text)]))
  const streams = { stdin: unpacked(job.input), stdout: into(0), stderr: into(1) }
  let answer
  try {
    // A program that opens no files takes none and gives none.
    const { exitCode, files: written = {} } = await glue.run(job.argv.slice(1), { env: job.env, ...streams, files })
    const wrote = Object.fromEntries(Object.entries(written).map(([path, bytes]) => [path, packed(bytes)]))
    answer = Number.isInteger(exitCode)
      ? { ended: 'exited', exit: exitCode, wrote }
      : { ended: 'refused', message: `run() gave the exit code ${String(exitCode)}` }
  } catch (error) {
    answer = error instanceof TooMuchOutput ? { ended: 'output-limit' } : answerOfThrown(error)
  }
  const [stdout, stderr] = printed.map((parts) => packed(joined(parts)))
  return { ...answer, stdout, stderr }
}

// The bytes at an address that was returned, at most `most`, up to a NUL and with it.
function textAt(returned, most, glue) {
  if (typeof returned !== 'number' && typeof returned !== 'bigint') return null
  if (!(glue.memory instanceof WebAssembly.Memory)) throw new Refused('a C string needs the glue to export the memory')
  const at = typeof returned === 'bigint' ? Number(BigInt.asUintN(64, returned)) : returned >>> 0
  const all = new Uint8Array(glue.memory.buffer)
  const bytes = all.slice(Math.min(at, all.length), at + most)
  const end = bytes.indexOf(0)
  return packed(end < 0 ? bytes : bytes.subarray(0, end + 1))
}

// An export without glue around it takes numbers only, and ignores missing and extra arguments.
const isNative = (f) => Function.prototype.toString.call(f).endsWith('{ [native code] }')

// The answer to a job with `call`; throws what the call throws, which `answerOfThrown` converts.
export async function callExport(job, glue) {
  const f = Object.hasOwn(glue, job.call) ? glue[job.call] : undefined
  if (typeof f !== 'function') {
    return { ended: 'missing', exports: Object.keys(glue).filter((name) => typeof glue[name] === 'function') }
  }
  const given = job.args.length
  if (given < f.length || (job.params !== null && given > Math.max(f.length, job.params))) {
    throw new Refused(`${job.call} takes ${f.length} argument${f.length === 1 ? '' : 's'}, ${given} given`)
  }
  const textIndex = job.args.findIndex((a) => a.kind === 'string')
  if (textIndex >= 0 && isNative(f)) {
    throw new Refused(`argument ${textIndex + 1} is text, and ${job.call} takes numbers: use { utf8 = "…" } to pass its address`)
  }
  const places = []
  const args = job.args.map(({ kind, text }) => {
    if (kind === 'buffer') {
      return allocate(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), job.allocator, glue, places)
    }
    if (kind === 'i64') return BigInt(text)
    if (kind === 'string') return text
    return kind === 'bool' ? text === 'true' : Number(text)
  })
  const result = await f(...args)
  const memory = glue.memory?.buffer
  const buffers = places.map(([at, size]) => packed(new Uint8Array(memory, at, size).slice()))
  const text = job.text_bytes === null ? null : textAt(result, job.text_bytes, glue)
  return { ended: 'returned', results: values(result), buffers, text }
}
