// A Cloudflare worker: POST two square matrices, { "n": 2, "a": [...], "b": [...] }, and get their product.
import { free, malloc, matmul, memory } from './matmul-edge.js'

function product({ n, a, b }) {
  if (!Number.isInteger(n) || n < 1 || n > 64 || a?.length !== n * n || b?.length !== n * n) return null
  const places = [a, b, new Array(n * n).fill(0)].map((values) => {
    const at = malloc(values.length * 4)
    new Float32Array(memory.buffer, at, values.length).set(values)
    return at
  })
  matmul(n, ...places)
  const result = Array.from(new Float32Array(memory.buffer, places[2], n * n))
  for (const at of places) free(at)
  return result
}

export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response('post two matrices\n', { status: 405, headers: { allow: 'POST' } })
    const result = product(await request.json().catch(() => ({})))
    return result ? Response.json({ product: result }) : new Response('n, a and b do not fit\n', { status: 400 })
  },
}
