// The index page: what was delivered, with sizes, and buttons that run the smoke tests here, in this browser.
const list = document.getElementById('components')
const summary = document.getElementById('summary')
const all = document.getElementById('all')
const tally = document.getElementById('tally')

const FRAME = 60_000 // milliseconds that a test may take beyond its own timeout before its frame is given up

let shown = { exhibits: [] }

function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...inside)
  return made
}

function bytes(size) {
  if (size < 1024) return `${size} B`
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1024 / 1024).toFixed(1)} MiB`
}

const some = (words) => words.join(', ') || 'none'

// One test in a frame of its own, so that each begins with a fresh instance.
function outcome(number) {
  return new Promise((settle) => {
    const frame = element('iframe', { src: `/-/frame#${number}` })
    const end = (came) => {
      clearTimeout(patience)
      removeEventListener('message', heard)
      frame.remove()
      settle(came)
    }
    const heard = (event) => {
      if (event.source === frame.contentWindow && event.data.number === number) end(event.data.outcome)
    }
    const patience = setTimeout(() => end({ status: 'failed', reason: 'its frame never answered', seconds: 0 }), FRAME)
    addEventListener('message', heard)
    document.body.append(frame)
  })
}

function count() {
  const lines = (status) => document.querySelectorAll(`li.${status}`).length
  const said = ['passed', 'failed', 'skipped'].filter(lines).map((status) => `${lines(status)} ${status}`)
  tally.textContent = said.join(', ')
  tally.className = lines('failed') ? 'failed' : 'passed'
}

async function run(exhibit) {
  for (const { number } of exhibit.tests) {
    const line = document.getElementById(`test-${number}`)
    line.className = 'dim'
    line.lastChild.data = ' …'
    const { status, reason, seconds } = await outcome(number)
    line.className = status
    line.lastChild.data = ` ${status}${reason ? `: ${reason}` : ` in ${Math.round(seconds * 1000)} ms`}`
    count()
  }
}

function card(exhibit) {
  const facts = element('dl')
  const fact = (name, ...said) => facts.append(element('dt', {}, name), element('dd', {}, ...said))
  const link = ({ name, url, size, gzip }) => [
    element('a', { href: url }, name),
    element('span', { className: 'dim' }, ` ${bytes(size)}, ${bytes(gzip)} with gzip  `),
  ]
  fact('files', ...exhibit.files.flatMap(link))
  fact('features', some(exhibit.features))
  fact('exports', some(exhibit.exports))
  if (exhibit.entry) fact('use', element('code', {}, `import * as it from '${exhibit.entry}'`))
  for (const note of exhibit.notes) fact('note', note)
  const tests = exhibit.tests.map(({ number, title }) => element('li', { id: `test-${number}` }, title, ''))
  for (const line of tests) line.append(document.createTextNode(''))
  const button = element('button', { onclick: () => run(exhibit) }, 'Run tests')
  const head = element('div', {}, element('h2', {}, exhibit.name), element('span', { className: 'dim' }, exhibit.profile))
  if (tests.length) head.append(button)
  return element('article', { id: `component-${exhibit.name}` }, head, facts, element('ul', {}, ...tests))
}

async function look() {
  const reply = await fetch('/-/components')
  const said = await reply.json()
  if (said.problem) {
    summary.className = 'problem'
    summary.textContent = said.problem
    return
  }
  if (said.version === shown.version) return
  shown = said
  const isolated = crossOriginIsolated ? 'isolated: threads may share memory' : 'not isolated: no shared memory'
  const absent = said.absent.length ? `; not built: ${said.absent.join(', ')}` : ''
  summary.className = 'dim'
  const count = said.exhibits.length
  summary.textContent = `${count} component${count === 1 ? '' : 's'} for ${said.target}; ${isolated}${absent}`
  list.replaceChildren(...said.exhibits.map(card))
  tally.textContent = ''
  all.hidden = !said.exhibits.some((exhibit) => exhibit.tests.length)
}

all.onclick = async () => {
  all.disabled = true
  for (const exhibit of shown.exhibits) await run(exhibit)
  all.disabled = false
}

new EventSource('/-/news').onmessage = look
await look()
if (location.hash === '#run') all.click()
