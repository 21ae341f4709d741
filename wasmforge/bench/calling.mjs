// Calls a function of an ES module, be it JavaScript itself or a module's glue, again and again on the same buffers.
// Knows nothing of where it runs. `datas` are the bytes of the arguments that are buffers, at their places.

const VIEWS = { u8: Uint8Array, i32: Int32Array, f32: Float32Array, f64: Float64Array }

const scalar = ({ kind, value }) => (kind === 'i64' ? BigInt(value) : Number(value))

// In memory of JavaScript's own.
function scripted(script, job, datas) {
  const rooms = []
  const args = job.args.map((arg, nth) => {
    if (arg.kind !== 'buffer') return scalar(arg)
    const room = new VIEWS[arg.of](new Uint8Array(datas[nth]).buffer)
    rooms.push(room)
    return room
  })
  return { f: script[job.call], args, buffers: () => rooms.map((r) => new Uint8Array(r.buffer, r.byteOffset, r.byteLength)) }
}

// In the memory of a module, in room that it gave.
function moduled(glue, job, datas) {
  const places = []
  const args = job.args.map((arg, nth) => {
    if (arg.kind !== 'buffer') return scalar(arg)
    const { name, more, pin, wide } = job.allocator
    const data = datas[nth]
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

export function made(found, job, datas) {
  if (typeof found[job.call] !== 'function') throw new Error(`it exports no function ${job.call}`)
  return job.script === null ? moduled(found, job, datas) : scripted(found, job, datas)
}

// What a first call gives, and the bytes of each buffer after it.
export function first(contestant, job) {
  const result = contestant.f(...contestant.args)
  if (typeof result?.then === 'function') throw new Error(`${job.call} returns a promise, whose time cannot be taken`)
  const number = typeof result === 'boolean' ? Number(result) : result
  // Copied, because what threads share is neither written to files nor sent.
  const buffers = contestant.buffers().map((data) => new Uint8Array(data))
  // As text: JSON has no NaN, and its readers disagree about 64 bits.
  return { result: ['number', 'bigint'].includes(typeof number) ? String(number) : null, buffers }
}

export function timed(contestant, calls) {
  const { f, args } = contestant
  const begun = performance.now()
  for (let call = 0; call < calls; call++) contestant.last = f(...args) // kept, or it need not be computed
  return { seconds: (performance.now() - begun) / 1e3 }
}

export function why(error) {
  const kind = error?.name ?? 'Error'
  return `${kind === 'Error' ? '' : `${kind}: `}${error?.message ?? error}`
}
