// Runs one job in its own page, on a new instance, and sends the outcome to the page around it.
//
// /-/frame#NUMBER. Fields of the job and of the answer are those of runtimes/protocol.py.
import { callExport, runProgram, answerOfThrown } from './call.mjs'

const number = location.hash.slice(1)

// Uncaught errors, also of threads, and errors on the console: the call may return in spite of them.
const errors = []
addEventListener('error', (event) => errors.push(`the page threw, and nobody caught: ${event.message}`))
addEventListener('unhandledrejection', (event) => errors.push(`the page threw, and nobody caught: ${event.reason}`))
const logError = console.error
console.error = (...words) => {
  errors.push(`the page's console has an error: ${words.join(' ')}`)
  logError(...words)
}

async function runJob(job) {
  let glue
  const size = () => (glue?.memory instanceof WebAssembly.Memory ? glue.memory.buffer.byteLength : 0)
  const deadline = new Promise((end) => setTimeout(end, job.timeout * 1000, { ended: 'timeout' }))
  try {
    glue = await import(job.glue)
    const run = job.call === null ? runProgram : callExport
    const answer = await Promise.race([job.load ? { ended: 'loaded' } : run(job, glue), deadline])
    await new Promise((turn) => setTimeout(turn))
    if (errors.length) return { ended: 'refused', message: errors[0] }
    return { memory: size(), ...answer }
  } catch (error) {
    return { memory: size(), ...answerOfThrown(error) }
  }
}

// A screenshot shows this text beside what the component has drawn.
function show({ ended, message, results }) {
  const text = [ended, message, ...(results ?? []).map((r) => r.text)].filter(Boolean).join(' ')
  document.body.append(Object.assign(document.createElement('pre'), { textContent: text }))
}

async function fetchJson(url, options) {
  const reply = await fetch(url, options)
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

async function outcome() {
  const { job, outcome: decided } = await fetchJson(`/-/job/${number}`)
  if (decided) return decided
  const started = performance.now()
  const answer = await runJob(job)
  const seconds = (performance.now() - started) / 1000
  show(answer)
  return fetchJson(`/-/answer/${number}`, { method: 'POST', body: JSON.stringify({ answer, seconds }) })
}

const result = await outcome().catch((error) => ({ status: 'failed', reason: String(error), seconds: 0 }))
parent.postMessage({ number: Number(number), outcome: result }, location.origin)
