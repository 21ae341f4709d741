// Calls one function of an ES module again and again on the same buffers: of a module's glue, or of plain JavaScript.
// Runs in Node.js and in pages. `inputs` has the bytes of each argument that is a buffer.
import { allocate } from '../../runtimes/js/call.mjs'

const VIEWS = { u8: Uint8Array, i32: Int32Array, f32: Float32Array, f64: Float64Array }

const scalar = ({ kind, value }) => (kind === 'i64' ? BigInt(value) : Number(value))

// Buffers are typed arrays of JavaScript's own memory.
function jsCall(script, job, inputs) {
  const views = []
  const args = job.args.map((arg, index) => {
    if (arg.kind !== 'buffer') return scalar(arg)
    const view = new VIEWS[arg.of](new Uint8Array(inputs[index]).buffer)
    views.push(view)
    return view
  })
  return { f: script[job.call], args, buffers: () => views.map((v) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)) }
}

// Buffers are in the memory of the module, where its allocator put them.
function moduleCall(glue, job, inputs) {
  const places = []
  const args = job.args.map((arg, index) =>
    arg.kind === 'buffer' ? allocate(inputs[index], job.allocator, glue, places) : scalar(arg),
  )
  return { f: glue[job.call], args, buffers: () => places.map(([at, size]) => new Uint8Array(glue.memory.buffer, at, size)) }
}

// The call of a job, ready to be made: the function, its arguments, and its buffers.
export function prepare(exports, job, inputs) {
  if (typeof exports[job.call] !== 'function') throw new Error(`it exports no function ${job.call}`)
  return job.script === null ? moduleCall(exports, job, inputs) : jsCall(exports, job, inputs)
}

// Calls once. Returns the result, and a copy of each buffer afterwards.
export function firstCall(call, job) {
  const result = call.f(...call.args)
  if (typeof result?.then === 'function') throw new Error(`${job.call} returns a promise, whose time cannot be taken`)
  const number = typeof result === 'boolean' ? Number(result) : result
  // Copied: shared memory can neither be written to files nor be sent.
  const buffers = call.buffers().map((bytes) => new Uint8Array(bytes))
  // As text: JSON has no NaN, and its readers disagree about 64 bits.
  return { result: ['number', 'bigint'].includes(typeof number) ? String(number) : null, buffers }
}

// Calls so many times. Returns the seconds that it took.
export function timeCalls(call, calls) {
  const { f, args } = call
  const begun = performance.now()
  for (let n = 0; n < calls; n++) call.last = f(...args) // stored, so that it must be computed
  return { seconds: (performance.now() - begun) / 1e3 }
}

export function errorText(error) {
  const kind = error?.name ?? 'Error'
  return `${kind === 'Error' ? '' : `${kind}: `}${error?.message ?? error}`
}
