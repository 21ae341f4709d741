// Runs one job in Node.js through the module's glue and writes its answer; knows nothing of tests or expectations.
//
// node node_runner.mjs JOB.json. Fields of the job and of the answer are those of runtimes/protocol.py.
import fs from 'node:fs'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

import { callExport, runProgram, answerOfThrown } from './call.mjs'

const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

// A thread of its own, because an endless loop never lets the main one look at the clock.
const WATCH = `
const fs = require('node:fs')
const { workerData: job } = require('node:worker_threads')
const never = new Int32Array(new SharedArrayBuffer(4))
const end = (ended) => {
  fs.writeFileSync(job.answer + '.watch', JSON.stringify({ ended }))
  fs.renameSync(job.answer + '.watch', job.answer)
  process.kill(process.pid, 'SIGKILL')
}
const deadline = performance.now() + job.timeout * 1000
for (;;) {
  for (const path of [job.stdout, job.stderr]) if (fs.statSync(path).size > job.most_output) end('output-limit')
  if (process.memoryUsage.rss() > job.memory + job.most_resident) end('memory-limit')
  const left = deadline - performance.now()
  if (left <= 0) end('timeout')
  Atomics.wait(never, 0, 0, Math.min(left, 50))
}`

let glue
let memorySize = () => (glue?.memory instanceof WebAssembly.Memory ? glue.memory.buffer.byteLength : 0)

function finish(answer) {
  fs.writeFileSync(job.answer + '.part', JSON.stringify({ memory: memorySize(), ...answer }))
  fs.renameSync(job.answer + '.part', job.answer)
  process.exit(0)
}

const refused = (message) => finish({ ended: 'refused', message })

async function call() {
  finish(await callExport(job, glue))
}

// CloudFront's event for a request, as a viewer's arrives; the handler answers it, or hands a request on.
async function sendEvent() {
  const { method, path, headers, body } = job.request
  const [uri, querystring = ''] = path.split(/\?(.*)/s)
  const listed = Object.entries({ host: 'example.cloudfront.net', ...headers })
  const request = {
    clientIp: '203.0.113.1',
    method,
    uri,
    querystring,
    headers: Object.fromEntries(listed.map(([key, value]) => [key.toLowerCase(), [{ key, value }]])),
  }
  if (body !== null) request.body = { inputTruncated: false, action: 'read-only', encoding: 'base64', data: body }
  const config = {
    distributionDomainName: 'example.cloudfront.net',
    distributionId: 'EXAMPLE',
    eventType: 'viewer-request',
    requestId: 'example',
  }
  if (typeof glue.handler !== 'function') refused(`${basename(job.glue)} exports no handler, which Lambda calls`)
  const reply = await glue.handler({ Records: [{ cf: { config, request } }] }, { awsRequestId: 'example' })
  if (typeof reply?.uri === 'string') refused(`the handler gave no response, it handed the request on to ${reply.uri}`)
  const status = Number(reply?.status)
  if (!(status >= 100 && status < 600)) refused(`the handler gave no response with a status: ${JSON.stringify(reply)}`)
  const content = Buffer.from(reply.body ?? '', reply.bodyEncoding === 'base64' ? 'base64' : 'utf8')
  const fields = Object.entries(reply.headers ?? {}).flatMap(([name, all]) => all.map((h) => [name.toLowerCase(), h.value]))
  finish({ ended: 'replied', status, headers: fields, body: content.toString('base64') })
}

// Importing the glue has loaded the module, unless it is a command, which is instantiated when it is run.
async function load() {
  if (job.starts && typeof glue.instantiate === 'function') {
    const { WASI } = await import('node:wasi')
    const wasi = new WASI({ version: 'preview1', args: job.argv, env: {}, returnOnExit: true })
    await glue.instantiate({ wasi_snapshot_preview1: wasi.wasiImport })
  }
  if (job.handles && typeof glue.handler !== 'function') {
    refused(`${basename(job.glue)} exports no handler, which Lambda calls`)
  }
  finish({ ended: 'loaded' })
}

async function runCommand() {
  if (typeof glue.run !== 'function') refused(`${basename(job.glue)} exports no run(), which starts a command`)
  if (job.host === 'web' || job.host === 'workerd') return finish(await runProgram(job, glue))
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

process.on('uncaughtException', (error) => finish(answerOfThrown(error)))
try {
  glue = await import(pathToFileURL(job.glue).href)
  await (job.load ? load() : job.request !== null ? sendEvent() : job.call === null ? runCommand() : call())
} catch (error) {
  finish(answerOfThrown(error))
}
