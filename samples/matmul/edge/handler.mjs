// A Lambda@Edge function for viewer requests: /product?n=2&a=1,2,3,4&b=5,6,7,8 is answered here, at the edge.
import { free, malloc, matmul, memory } from './matmul-edge.js'

const headers = { 'content-type': [{ key: 'Content-Type', value: 'application/json' }] }

function product(n, lists) {
  const places = [...lists, new Array(n * n).fill(0)].map((values) => {
    const at = malloc(values.length * 4)
    new Float32Array(memory.buffer, at, values.length).set(values)
    return at
  })
  matmul(n, ...places)
  const result = Array.from(new Float32Array(memory.buffer, places[2], n * n))
  for (const at of places) free(at)
  return result
}

export const handler = async (event) => {
  const { request } = event.Records[0].cf
  if (request.uri !== '/product') return request // the origin knows it
  const query = new URLSearchParams(request.querystring)
  const n = Number(query.get('n'))
  const lists = ['a', 'b'].map((name) => (query.get(name) ?? '').split(',').map(Number))
  if (!(n >= 1 && n <= 16) || lists.some((list) => list.length !== n * n || list.some(Number.isNaN))) {
    return { status: '400', statusDescription: 'Bad Request', headers, body: '{"error":"n, a and b do not fit"}' }
  }
  const body = JSON.stringify({ product: product(n, lists) })
  return { status: '200', statusDescription: 'OK', headers, body }
}
