// `npm run bench` runs every bench, `npm run bench redirect` the named ones; `--long` the long versions. Prints a table, keeps
// bench/results/<name>.json with the machine, the time and every round, and fails when a gate fails.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { wallClock } from '../src/app.ts'
import { binaries } from '../src/db/binaries.ts'
import type { Bench, Result } from './side-by-side.ts'

const here = dirname(fileURLToPath(import.meta.url))
const results = join(process.cwd(), 'bench/results')
const words = process.argv.slice(2)
const short = !words.includes('--long')
const names = words.filter((word) => !word.startsWith('--'))

const found: [string, Bench][] = []
for (const file of readdirSync(here).sort()) {
  const name = /^([a-z-]+)\.js$/.exec(file)?.[1]
  if (!name || name === 'run' || name.endsWith('-process') || (names.length > 0 && !names.includes(name))) continue
  const { bench } = (await import(pathToFileURL(join(here, file)).href)) as { bench?: Bench }
  if (bench) found.push([name, bench])
}
const unknown = names.filter((name) => !found.some(([known]) => known === name))
if (unknown.length > 0) throw new Error(`No such bench: ${unknown.join(', ')}`)

const machine = { cores: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version, postgres: postgresVersion() }
const all: Result[] = []
mkdirSync(results, { recursive: true })
for (const [name, bench] of found) {
  process.stdout.write(`${name} …\n`)
  const at = wallClock()
  const result = await bench({ short })
  all.push(result)
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ ...result, short, at, machine }, rounded, 2)}\n`)
}

for (const result of all) {
  process.stdout.write(`\n${result.passed ? 'held  ' : 'FAILED'} ${result.name}: ${result.claim}\n`)
  for (const [gate, held] of Object.entries(result.gates)) process.stdout.write(`  ${held ? '✓' : '✗'} ${gate}\n`)
  for (const [figure, value] of Object.entries(result.figures)) process.stdout.write(`    ${figure.padEnd(44)} ${show(value)}\n`)
}
process.exitCode = all.every((result) => result.passed) ? 0 : 1

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
