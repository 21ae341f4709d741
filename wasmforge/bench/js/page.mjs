// A participant in a page: polls browser_session.py for questions and answers them; for both see session.py.
import { errorText, firstCall, prepare, timeCalls } from './bench_call.mjs'

const post = (path, body) => fetch(path, { method: 'POST', body })
const job = await (await fetch('/-/job')).json()

let call

async function load() {
  const inputs = await Promise.all(
    job.args.map(async ({ kind }, index) =>
      kind === 'buffer' ? new Uint8Array(await (await fetch(`/-/argument/${index}`)).arrayBuffer()) : null,
    ),
  )
  call = prepare(await import(job.script ?? job.glue), job, inputs)
  const { result, buffers } = firstCall(call, job)
  await Promise.all(buffers.map((bytes, index) => post(`/-/out/${index}`, bytes)))
  return { result }
}

for (;;) {
  const reply = await fetch('/-/question')
  if (reply.status !== 200) continue // no question yet
  const { number, question } = await reply.json()
  let answer
  try {
    answer = question.do === 'first' ? await load() : timeCalls(call, question.calls)
  } catch (error) {
    answer = { error: errorText(error) }
  }
  await post(`/-/answer/${number}`, JSON.stringify(answer))
}
