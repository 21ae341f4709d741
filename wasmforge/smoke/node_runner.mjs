// Runs one job in Node.js through the module's glue and writes its answer; knows nothing of tests or expectations.
//
// node node_runner.mjs JOB.json. Fields of the job and of the answer are those of wire.py.
import fs from 'node:fs'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

// A thread of its own, because an endless loop never lets the main one look at the clock.
const WATCH = `
const fs = require('node:fs')
const { workerData: job } = require('node:worker_threads')
const still = new Int32Array(new SharedArrayBuffer(4))
const end = (ended) => {
  fs.writeFileSync(job.answer + '.watch', JSON.stringify({ ended }))
  fs.renameSync(job.answer + '.watch', job.answer)
  process.kill(process.pid, 'SIGKILL')
}
const deadline = performance.now() + job.timeout * 1000
for (;;) {
  for (const path of [job.stdout, job.stderr]) if (fs.statSync(path).size > job.most_output) end('printed')
  if (process.memoryUsage.rss() > job.memory + job.most_resident) end('swollen')
  const left = deadline - performance.now()
  if (left <= 0) end('timeout')
  Atomics.wait(still, 0, 0, Math.min(left, 50))
}`

let glue
let memorySize = () => (glue?.memory instanceof WebAssembly.Memory ? glue.memory.buffer.byteLength : 0)

function finish(answer) {
  fs.writeFileSync(job.answer + '.part', JSON.stringify({ memory: memorySize(), ...answer }))
  fs.renameSync(job.answer + '.part', job.answer)
  process.exit(0)
}

const refused = (message) => finish({ ended: 'refused', message })

// What was thrown, in words; V8 names the wasm function's number in the stack.
function thrown(error) {
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

function allocate(bytes, places) {
  const { name, more, pin, wide } = job.allocator
  const number = wide ? BigInt : Number
  for (const needed of [name, pin]) {
    if (needed && typeof glue[needed] !== 'function') {
      refused(`a buffer needs the glue to export ${needed}, as the module does`)
    }
  }
  if (!(glue.memory instanceof WebAssembly.Memory)) refused('a buffer needs the glue to export the memory')
  let address = glue[name](number(bytes.length), ...more.map(number))
  if (pin) address = glue[pin](address)
  const at = wide ? Number(BigInt.asUintN(64, address)) : address >>> 0
  if (at + bytes.length > glue.memory.buffer.byteLength || (at === 0 && bytes.length > 0)) {
    refused(`${name}(${bytes.length}) gave ${at}, which is no room for ${bytes.length} bytes`)
  }
  new Uint8Array(glue.memory.buffer).set(bytes, at)
  places.push([at, bytes.length])
  return address
}

function argument({ kind, text }, places) {
  if (kind === 'buffer') return allocate(Buffer.from(text, 'base64'), places)
  if (kind === 'i64') return BigInt(text)
  if (kind === 'string') return text
  if (kind === 'bool') return text === 'true'
  return Number(text)
}

// The module's own function, behind no glue, takes numbers only and ignores what is missing or too much.
const native = (f) => Function.prototype.toString.call(f).endsWith('{ [native code] }')

async function call() {
  const f = Object.hasOwn(glue, job.call) ? glue[job.call] : undefined
  if (typeof f !== 'function') {
    finish({ ended: 'missing', exports: Object.keys(glue).filter((name) => typeof glue[name] === 'function') })
  }
  const given = job.args.length
  if (given < f.length || (job.params !== null && given > Math.max(f.length, job.params))) {
    refused(`${job.call} takes ${f.length} argument${f.length === 1 ? '' : 's'}, ${given} given`)
  }
  const text = job.args.findIndex((a) => a.kind === 'string')
  if (text >= 0 && native(f)) {
    refused(`argument ${text + 1} is text, and ${job.call} takes numbers: use { utf8 = "…" } to pass its address`)
  }
  const places = []
  const result = await f(...job.args.map((a) => argument(a, places)))
  const memory = glue.memory?.buffer
  const buffers = places.map(([at, size]) => Buffer.from(memory, at, size).toString('base64'))
  finish({ ended: 'returned', results: values(result), buffers })
}

async function command() {
  if (typeof glue.run !== 'function') refused(`${basename(job.glue)} exports no run(), which starts a command`)
  const exit = await glue.run({
    args: job.argv.slice(1), // the glue puts the program's name before them
    env: job.env,
    preopens: job.preopen === null ? {} : { '/': job.preopen },
  })
  if (!Number.isInteger(exit)) refused(`run() gave ${String(exit)}, which is not an exit code`)
  finish({ ended: 'exited', exit })
}

const watch = new Worker(WATCH, { eval: true, workerData: job })
watch.once('error', (error) => refused(`the watch on the clock failed: ${error.message}`))
await new Promise((begun) => watch.once('online', begun))
watch.unref()
// A glue that waits for something that never happens leaves nothing to do, and Node.js would end.
setInterval(() => {}, 1000)

process.on('uncaughtException', (error) => finish(thrown(error)))
try {
  glue = await import(pathToFileURL(job.glue).href)
  await (job.call === null ? command() : call())
} catch (error) {
  finish(thrown(error))
}
