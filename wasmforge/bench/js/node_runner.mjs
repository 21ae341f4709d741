// A participant in Node.js: reads questions from a socket and answers them.
//
// node node_runner.mjs JOB SOCKET. Fields of the job are those of participants.py; for questions and answers see session.py.
import fs from 'node:fs'
import net from 'node:net'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'
import { errorText, firstCall, prepare, timeCalls } from './bench_call.mjs'

const [jobFile, path] = process.argv.slice(-2)
const job = JSON.parse(fs.readFileSync(jobFile, 'utf8'))

let call

async function load() {
  const inputs = job.args.map(({ kind, value }) => (kind === 'buffer' ? fs.readFileSync(value) : null))
  call = prepare(await import(pathToFileURL(job.script ?? job.glue).href), job, inputs)
  const { result, buffers } = firstCall(call, job)
  buffers.forEach((bytes, index) => fs.writeFileSync(`${job.out}.${index}`, bytes))
  return { result }
}

const connection = net.connect(path)
for await (const line of readline.createInterface({ input: connection })) {
  const question = JSON.parse(line)
  let answer
  try {
    answer = question.do === 'first' ? await load() : timeCalls(call, question.calls)
  } catch (error) {
    answer = { error: errorText(error) }
  }
  connection.write(JSON.stringify(answer) + '\n')
}
process.exit(0)
