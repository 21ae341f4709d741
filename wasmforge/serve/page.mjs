// The index page: delivered components with sizes, and buttons that run their smoke tests in this browser.
const list = document.getElementById('components')
const summary = document.getElementById('summary')
const all = document.getElementById('all')
const tally = document.getElementById('tally')

const FRAME_TIMEOUT_MS = 60_000 // after that a frame that has not answered is given up

let shown = { components: [] }

function element(name, properties = {}, ...inside) {
  const node = Object.assign(document.createElement(name), properties)
  node.append(...inside)
  return node
}

function bytes(size) {
  if (size < 1024) return `${size} B`
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1024 / 1024).toFixed(1)} MiB`
}

const joined = (words) => words.join(', ') || 'none'

// Runs one test in its own frame, so that each starts with a new instance. Resolves to its outcome.
function runTest(number) {
  return new Promise((resolve) => {
    const frame = element('iframe', { src: `/-/frame#${number}` })
    const end = (outcome) => {
      clearTimeout(timer)
      removeEventListener('message', onMessage)
      frame.remove()
      resolve(outcome)
    }
    const onMessage = (event) => {
      if (event.source === frame.contentWindow && event.data.number === number) end(event.data.outcome)
    }
    const timer = setTimeout(() => end({ status: 'failed', reason: 'its frame never answered', seconds: 0 }), FRAME_TIMEOUT_MS)
    addEventListener('message', onMessage)
    document.body.append(frame)
  })
}

function count() {
  const lines = (status) => document.querySelectorAll(`li.${status}`).length
  const counts = ['passed', 'failed', 'skipped'].filter(lines).map((status) => `${lines(status)} ${status}`)
  tally.textContent = counts.join(', ')
  tally.className = lines('failed') ? 'failed' : 'passed'
}

async function runTests(component) {
  for (const { number } of component.tests) {
    const line = document.getElementById(`test-${number}`)
    line.className = 'dim'
    line.lastChild.data = ' …'
    const { status, reason, seconds } = await runTest(number)
    line.className = status
    line.lastChild.data = ` ${status}${reason ? `: ${reason}` : ` in ${Math.round(seconds * 1000)} ms`}`
    count()
  }
}

function card(component) {
  const facts = element('dl')
  const fact = (name, ...content) => facts.append(element('dt', {}, name), element('dd', {}, ...content))
  const link = ({ name, url, size, gzip }) => [
    element('a', { href: url }, name),
    element('span', { className: 'dim' }, ` ${bytes(size)}, ${bytes(gzip)} with gzip  `),
  ]
  fact('files', ...component.files.flatMap(link))
  fact('features', joined(component.features))
  fact('exports', joined(component.exports))
  if (component.entry) fact('use', element('code', {}, `import * as it from '${component.entry}'`))
  for (const note of component.notes) fact('note', note)
  const tests = component.tests.map(({ number, title }) => element('li', { id: `test-${number}` }, title, ''))
  for (const line of tests) line.append(document.createTextNode(''))
  const button = element('button', { onclick: () => runTests(component) }, 'Run tests')
  const head = element('div', {}, element('h2', {}, component.name), element('span', { className: 'dim' }, component.profile))
  if (tests.length) head.append(button)
  return element('article', { id: `component-${component.name}` }, head, facts, element('ul', {}, ...tests))
}

async function update() {
  const reply = await fetch('/-/components')
  const index = await reply.json()
  if (index.problem) {
    summary.className = 'problem'
    summary.textContent = index.problem
    return
  }
  if (index.version === shown.version) return
  shown = index
  const isolated = crossOriginIsolated ? 'isolated: threads may share memory' : 'not isolated: no shared memory'
  const absent = index.absent.length ? `; not built: ${index.absent.join(', ')}` : ''
  summary.className = 'dim'
  const count = index.components.length
  summary.textContent = `${count} component${count === 1 ? '' : 's'} for ${index.target}; ${isolated}${absent}`
  list.replaceChildren(...index.components.map(card))
  tally.textContent = ''
  all.hidden = !index.components.some((component) => component.tests.length)
}

all.onclick = async () => {
  all.disabled = true
  for (const component of shown.components) await runTests(component)
  all.disabled = false
}

new EventSource('/-/events').onmessage = update
await update()
if (location.hash === '#run') all.click()
