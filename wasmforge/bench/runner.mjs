// The process of a contestant in Node.js.
//
// node runner.mjs JOB SOCKET. Fields of the job are those of contestants.py; questions and answers, of answering.py.
import fs from 'node:fs'
import net from 'node:net'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'
import { first, made, timed, why } from './calling.mjs'

const [jobFile, path] = process.argv.slice(-2)
const job = JSON.parse(fs.readFileSync(jobFile, 'utf8'))

let contestant

async function opened() {
  const datas = job.args.map(({ kind, value }) => (kind === 'buffer' ? fs.readFileSync(value) : null))
  contestant = made(await import(pathToFileURL(job.script ?? job.glue).href), job, datas)
  const { result, buffers } = first(contestant, job)
  buffers.forEach((data, nth) => fs.writeFileSync(`${job.out}.${nth}`, data))
  return { result }
}

const line = net.connect(path)
for await (const asked of readline.createInterface({ input: line })) {
  const question = JSON.parse(asked)
  let said
  try {
    said = question.do === 'first' ? await opened() : timed(contestant, question.calls)
  } catch (error) {
    said = { error: why(error) }
  }
  line.write(JSON.stringify(said) + '\n')
}
process.exit(0)
