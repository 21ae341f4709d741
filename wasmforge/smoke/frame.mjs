// Runs one smoke test in a page of its own, on a fresh instance, and tells the page around it what it came to.
//
// /-/frame#NUMBER. Fields of the job and of the answer are those of smoke/wire.py.
import { called, thrown } from './call.mjs'

const number = location.hash.slice(1)

// What nobody caught, also from a thread, and errors on the console: the call may return all the same.
const wrong = []
addEventListener('error', (event) => wrong.push(`the page threw, and nobody caught: ${event.message}`))
addEventListener('unhandledrejection', (event) => wrong.push(`the page threw, and nobody caught: ${event.reason}`))
const tell = console.error
console.error = (...said) => {
  wrong.push(`the page's console has an error: ${said.join(' ')}`)
  tell(...said)
}

async function answered(job) {
  let glue
  const size = () => (glue?.memory instanceof WebAssembly.Memory ? glue.memory.buffer.byteLength : 0)
  const late = new Promise((end) => setTimeout(end, job.timeout * 1000, { ended: 'timeout' }))
  try {
    glue = await import(job.glue)
    const answer = await Promise.race([called(job, glue), late])
    await new Promise((turn) => setTimeout(turn))
    if (wrong.length) return { ended: 'refused', message: wrong[0] }
    return { memory: size(), ...answer }
  } catch (error) {
    return { memory: size(), ...thrown(error) }
  }
}

// For who looks at it: a picture of the page shows this beside whatever the component has drawn.
function show({ ended, message, results }) {
  const said = [ended, message, ...(results ?? []).map((r) => r.text)].filter(Boolean).join(' ')
  document.body.append(Object.assign(document.createElement('pre'), { textContent: said }))
}

async function json(url, options) {
  const reply = await fetch(url, options)
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

async function outcome() {
  const { job, outcome: known } = await json(`/-/job/${number}`)
  if (known) return known
  const started = performance.now()
  const answer = await answered(job)
  const seconds = (performance.now() - started) / 1000
  show(answer)
  return json(`/-/answer/${number}`, { method: 'POST', body: JSON.stringify({ answer, seconds }) })
}

const came = await outcome().catch((error) => ({ status: 'failed', reason: String(error), seconds: 0 }))
parent.postMessage({ number: Number(number), outcome: came }, location.origin)
