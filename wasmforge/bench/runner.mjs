// The process of a contestant in Node.js: calls a function of an ES module, be it JavaScript itself or a module's glue.
//
// node runner.mjs JOB SOCKET. Fields of the job are those of contestants.py; questions and answers, of answering.py.
import fs from 'node:fs'
import net from 'node:net'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const [jobFile, path] = process.argv.slice(-2)
const job = JSON.parse(fs.readFileSync(jobFile, 'utf8'))
const VIEWS = { u8: Uint8Array, i32: Int32Array, f32: Float32Array, f64: Float64Array }

let contestant

// In memory of JavaScript's own.
function scripted(script) {
  const rooms = []
  const args = job.args.map(({ kind, value, of }) => {
    if (kind !== 'buffer') return kind === 'i64' ? BigInt(value) : Number(value)
    const data = fs.readFileSync(value)
    const room = new VIEWS[of](new Uint8Array(data).buffer)
    rooms.push(room)
    return room
  })
  return { f: script[job.call], args, buffers: () => rooms.map((r) => new Uint8Array(r.buffer, r.byteOffset, r.byteLength)) }
}

// In the memory of a module, in room that it gave.
function moduled(glue) {
  const places = []
  const args = job.args.map(({ kind, value }) => {
    if (kind !== 'buffer') return kind === 'i64' ? BigInt(value) : Number(value)
    const { name, more, pin, wide } = job.allocator
    const data = fs.readFileSync(value)
    const number = wide ? BigInt : Number
    let address = glue[name](number(data.length), ...more.map(number))
    if (pin) address = glue[pin](address)
    const at = wide ? Number(BigInt.asUintN(64, address)) : address >>> 0
    if (at === 0 || at + data.length > glue.memory.buffer.byteLength) throw new Error(`${name}(${data.length}) gave ${at}, which is no room for it`)
    new Uint8Array(glue.memory.buffer, at, data.length).set(data)
    places.push([at, data.length])
    return address
  })
  return { f: glue[job.call], args, buffers: () => places.map(([at, size]) => new Uint8Array(glue.memory.buffer, at, size)) }
}

async function made() {
  const found = await import(pathToFileURL(job.script ?? job.glue).href)
  if (typeof found[job.call] !== 'function') throw new Error(`it exports no function ${job.call}`)
  return job.script === null ? moduled(found) : scripted(found)
}

async function first() {
  contestant = await made()
  const result = contestant.f(...contestant.args)
  if (typeof result?.then === 'function') throw new Error(`${job.call} returns a promise, whose time cannot be taken`)
  // Copied, because files are not written out of memory that threads share.
  contestant.buffers().forEach((data, nth) => fs.writeFileSync(`${job.out}.${nth}`, new Uint8Array(data)))
  const number = typeof result === 'boolean' ? Number(result) : result
  // As text: JSON has no NaN, and its readers disagree about 64 bits.
  return { result: ['number', 'bigint'].includes(typeof number) ? String(number) : null }
}

function timed(calls) {
  const { f, args } = contestant
  const begun = process.hrtime.bigint()
  for (let call = 0; call < calls; call++) contestant.last = f(...args) // kept, or it need not be computed
  return { seconds: Number(process.hrtime.bigint() - begun) / 1e9 }
}

const line = net.connect(path)
for await (const asked of readline.createInterface({ input: line })) {
  const question = JSON.parse(asked)
  let said
  try {
    said = question.do === 'first' ? await first() : timed(question.calls)
  } catch (error) {
    const kind = error?.name ?? 'Error'
    said = { error: `${kind === 'Error' ? '' : `${kind}: `}${error?.message ?? error}` }
  }
  line.write(JSON.stringify(said) + '\n')
}
process.exit(0)
