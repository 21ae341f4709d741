// A worker that makes the call of the job it is sent, through the delivered ES module, and answers how it ended.
import { called, thrown } from './call.mjs'

export default {
  async fetch(request) {
    const job = await request.json()
    let glue
    const size = () => (glue?.memory instanceof WebAssembly.Memory ? glue.memory.buffer.byteLength : 0)
    try {
      glue = await import(job.glue)
      return Response.json({ memory: size(), ...(await called(job, glue)) })
    } catch (error) {
      return Response.json({ memory: size(), ...thrown(error) })
    }
  },
}
