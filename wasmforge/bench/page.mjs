// A contestant in a page: asks page.py for questions and answers them. They are those of answering.py.
import { first, made, timed, why } from './calling.mjs'

const send = (path, body) => fetch(path, { method: 'POST', body })
const job = await (await fetch('/-/job')).json()

let contestant

async function opened() {
  const datas = await Promise.all(
    job.args.map(async ({ kind }, nth) =>
      kind === 'buffer' ? new Uint8Array(await (await fetch(`/-/argument/${nth}`)).arrayBuffer()) : null,
    ),
  )
  contestant = made(await import(job.script ?? job.glue), job, datas)
  const { result, buffers } = first(contestant, job)
  await Promise.all(buffers.map((data, nth) => send(`/-/out/${nth}`, data)))
  return { result }
}

for (;;) {
  const reply = await fetch('/-/ask')
  if (reply.status !== 200) continue // nobody has asked for a while
  const { number, question } = await reply.json()
  let said
  try {
    said = question.do === 'first' ? await opened() : timed(contestant, question.calls)
  } catch (error) {
    said = { error: why(error) }
  }
  await send(`/-/answer/${number}`, JSON.stringify(said))
}
