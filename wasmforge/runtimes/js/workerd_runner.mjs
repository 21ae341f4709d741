// A worker that makes the call of the job it is sent, through the delivered ES module, and answers how it ended.
import { callExport, runProgram, answerOfThrown } from './call.mjs'

export default {
  async fetch(request) {
    const job = await request.json()
    let glue
    const size = () => (glue?.memory instanceof WebAssembly.Memory ? glue.memory.buffer.byteLength : 0)
    try {
      glue = await import(job.glue)
      if (job.worker) await import(job.worker)
      const run = job.call === null ? runProgram : callExport
      return Response.json({ memory: size(), ...(job.load ? { ended: 'loaded' } : await run(job, glue)) })
    } catch (error) {
      return Response.json({ memory: size(), ...answerOfThrown(error) })
    }
  },
}
