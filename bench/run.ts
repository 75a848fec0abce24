// `npm run bench` runs every bench, `npm run bench redirect` the named ones; `--long` the long versions. Prints a table, keeps
// bench/results/<name>.json (<name>.long.json of a long run) with the machine, the time and every round, and fails when a gate fails.
// A run of all keeps its table as bench/results/summary.md (summary.long.md). That nothing is lost or sent twice when processes are
// killed has no bench: `npm run chaos` and `npm run test:doors` show it, and how long the tests take they say themselves.
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { wallClock } from '../src/app.ts'
import { binaries } from '../src/db/binaries.ts'
import type { Said } from './run-process.ts'
import type { Bench, Result } from './side-by-side.ts'

type Ran = { name: string; seconds: number; result?: Result; why?: string }

const here = dirname(fileURLToPath(import.meta.url))
const results = join(process.cwd(), 'bench/results')
const words = process.argv.slice(2)
const short = !words.includes('--long')
const names = words.filter((word) => !word.startsWith('--'))
const ending = short ? '' : '.long'

const found: [string, string][] = []
for (const file of readdirSync(here).sort()) {
  const name = /^([a-z-]+)\.js$/.exec(file)?.[1]
  if (!name || name === 'run' || name.endsWith('-process') || (names.length > 0 && !names.includes(name))) continue
  const address = pathToFileURL(join(here, file)).href
  const { bench } = (await import(address)) as { bench?: Bench }
  if (bench) found.push([name, address])
}
const unknown = names.filter((name) => !found.some(([known]) => known === name))
if (unknown.length > 0) throw new Error(`No such bench: ${unknown.join(', ')}`)

const machine = { cores: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version, postgres: postgresVersion() }
const all: Ran[] = []
mkdirSync(results, { recursive: true })
for (const [name, address] of found) {
  process.stdout.write(`${name} …\n`)
  const at = wallClock()
  const began = performance.now()
  const said = await runAlone(address)
  const seconds = Math.round((performance.now() - began) / 1_000)
  all.push({ name, seconds, ...said })
  if (said.result) keep(`${name}${ending}.json`, { ...said.result, short, at, seconds, machine })
}
for (const ran of all) process.stdout.write(told(ran))
process.stdout.write(`\n${table()}`)
if (names.length === 0) writeFileSync(join(results, `summary${ending}.md`), `${heading()}\n\n${table()}`)
process.exitCode = all.every(({ result }) => result?.passed) ? 0 : 1

/** In a process of its own: a bench that breaks takes only itself along, and none inherits the memory of the one before. */
async function runAlone(address: string): Promise<Said> {
  const child = fork(join(here, 'run-process.js'), [address, short ? 'short' : 'long'], { serialization: 'advanced' })
  let said: Said = { why: 'It ended without a result.' }
  child.on('message', (words: Said) => {
    said = words
  })
  await once(child, 'exit')
  return said
}

function keep(file: string, what: object): void {
  writeFileSync(join(results, file), `${JSON.stringify(what, rounded, 2)}\n`)
}

function told({ name, result, why }: Ran): string {
  if (!result) return `\nFAILED ${name}: ${why}\n`
  const gates = Object.entries(result.gates).map(([gate, held]) => `  ${held ? '✓' : '✗'} ${gate}\n`)
  const figures = Object.entries(result.figures).map(([figure, value]) => `    ${figure.padEnd(44)} ${show(value)}\n`)
  return `\n${result.passed ? 'held  ' : 'FAILED'} ${name}: ${result.claim}\n${[...gates, ...figures].join('')}`
}

/** One row for each bench. Of its gates the row names the first that failed, else the first. */
function table(): string {
  const head = ['bench', 'what says most', 'measured', 'gate', 'exact', 'seconds']
  const rows = all.map(({ name, seconds, result, why }) => {
    if (!result) return [name, why ?? '', '', 'FAILED', '', String(seconds)]
    const { main, exact, gates, figures } = result
    const judged = Object.entries(gates).filter(([gate]) => gate !== exact)
    const [gate, held] = judged.find(([, one]) => !one) ?? judged[0] ?? ['', true]
    const exactness = exact === undefined ? 'none' : `${gates[exact] ? 'held' : 'FAILED'}: ${exact}`
    return [name, main, show(figures[main]), gate && `${held ? 'held' : 'FAILED'}: ${gate}`, exactness, String(seconds)]
  })
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)))
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |\n`
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('')
}

function heading(): string {
  const day = wallClock().toISOString().slice(0, 10)
  const which = short ? '`npm run bench`' : '`npm run bench -- --long`'
  return `${which} of ${day}: ${machine.cores} cores (${machine.cpu}), Node ${machine.node}, PostgreSQL ${machine.postgres}.`
}

function postgresVersion(): string {
  const { stdout } = spawnSync(join(binaries(), 'bin', 'postgres'), ['--version'], { encoding: 'utf8' })
  return (stdout ?? '').replace('postgres (PostgreSQL) ', '').trim()
}

/** Four digits are more than a shared machine can mean. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}

function show(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(4)
  return Array.isArray(value) ? value.map(show).join(' ') : String(value)
}
