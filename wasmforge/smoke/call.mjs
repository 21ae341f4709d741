// Makes the call of a job on the glue that a user would import, and says how it ended; for any host that runs JavaScript.
//
// Fields of the job and of the answer are those of wire.py. Knows nothing of tests, files or processes.

class Refused extends Error {}

// What was thrown, in words; V8 names the wasm function's number in the stack.
export function thrown(error) {
  if (error instanceof Refused) return { ended: 'refused', message: error.message }
  const stack = String(error?.stack ?? '')
  const place = /wasm-function\[(\d+)\]/.exec(stack)
  const where = place ? Number(place[1]) : null
  const said = String(error?.message ?? error)
  const message = said === 'Maximum call stack size exceeded' ? 'stack overflow' : said
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

function allocate(bytes, { name, more, pin, wide }, glue, places) {
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

// The module's own function, behind no glue, takes numbers only and ignores what is missing or too much.
const native = (f) => Function.prototype.toString.call(f).endsWith('{ [native code] }')

// The answer to a job with `call`; throws what the call throws, which `thrown` puts into words.
export async function called(job, glue) {
  const f = Object.hasOwn(glue, job.call) ? glue[job.call] : undefined
  if (typeof f !== 'function') {
    return { ended: 'missing', exports: Object.keys(glue).filter((name) => typeof glue[name] === 'function') }
  }
  const given = job.args.length
  if (given < f.length || (job.params !== null && given > Math.max(f.length, job.params))) {
    throw new Refused(`${job.call} takes ${f.length} argument${f.length === 1 ? '' : 's'}, ${given} given`)
  }
  const text = job.args.findIndex((a) => a.kind === 'string')
  if (text >= 0 && native(f)) {
    throw new Refused(`argument ${text + 1} is text, and ${job.call} takes numbers: use { utf8 = "…" } to pass its address`)
  }
  const places = []
  const args = job.args.map(({ kind, text: said }) => {
    if (kind === 'buffer') {
      return allocate(Uint8Array.from(atob(said), (c) => c.charCodeAt(0)), job.allocator, glue, places)
    }
    if (kind === 'i64') return BigInt(said)
    if (kind === 'string') return said
    return kind === 'bool' ? said === 'true' : Number(said)
  })
  const result = await f(...args)
  const memory = glue.memory?.buffer
  const buffers = places.map(([at, size]) => packed(new Uint8Array(memory, at, size).slice()))
  return { ended: 'returned', results: values(result), buffers }
}
