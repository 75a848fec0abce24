// `npm run planted` breaks one law after the other in a copy of the tree and shows that its tests turn red; `npm run planted pace`
// those whose words or file hold "pace". Prints a table, keeps bench/results/planted.json, fails when a broken law is not noticed.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import pg from 'pg'
import { wallClock } from '../../src/app.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import type { Law } from './law.ts'
import { laws } from './laws.ts'

type Run = { passed: number; failed: string[] }
type Found = { law: string; file: string; caught: boolean; by: string; tests: string[]; seconds: number }

const root = process.cwd()
const words = process.argv.slice(2)
const chosen = laws.filter(({ law, file }) => words.every((word) => `${law} ${file}`.toLowerCase().includes(word.toLowerCase())))
const folder = mkdtempSync(join(tmpdir(), 'troupe-planted-'))
const copy = join(folder, 'tree')
const left = new Set(['node_modules', 'dist', '.git', '.troupe', 'coverage'])

/** Any test file, on the one database of this run. What needs Redis or a browser is skipped by itself. */
const frame = {
  'planted.setup.ts': `export default (project) => {
    project.provide('databaseUrl', process.env.TEST_DATABASE_URL)
    project.provide('redisUrl', null)
    project.provide('chromium', null)
    project.provide('pgbouncer', null)
  }\n`,
  'planted.config.ts': `export default {
    test: {
      include: ['test/**/*.test.ts'], globalSetup: ['planted.setup.ts'], pool: 'forks', isolate: false,
      experimental: { fsModuleCache: true }, maxWorkers: 2, testTimeout: 180_000, hookTimeout: 180_000,
    },
  }\n`,
}

const database = await startEmbedded({ dir: join(folder, 'db'), durable: false })
try {
  cpSync(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  await makeTemplate()
  for (const [name, words] of Object.entries(frame)) writeFileSync(join(copy, name), words)
  const found: Found[] = []
  for (const law of chosen) found.push(await plant(law))
  const { green, red } = await unbroken(chosen)
  report(
    found.map((one) => ({ ...one, caught: one.caught && one.tests.some((name) => !red.has(name)) })),
    green,
  )
} finally {
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** The migrated database that every test copies: made once, for no law here is one of migrations. */
async function makeTemplate(): Promise<void> {
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query('CREATE DATABASE troupe_template')
  await client.end()
  const url = new URL(database.url)
  url.pathname = '/troupe_template'
  await migrate(url.href)
}

/** What is red though nothing is broken, as on a machine that is busy elsewhere, proves nothing. */
async function unbroken(all: readonly Law[]): Promise<{ green: number; red: Set<string> }> {
  let green = 0
  const red = new Set<string>()
  for (const named of [false, true]) {
    const group = all.filter((law) => (law.only !== undefined) === named)
    if (group.length === 0) continue
    const tests = group.flatMap((law) => law.tests)
    const ran = await run(tests, named ? group.map(({ only }) => only).join('|') : undefined)
    for (const name of ran.failed) red.add(name)
    green += ran.passed
  }
  if (red.size > 0) process.stdout.write(`Red though nothing is broken, so not counted:\n  ${[...red].join('\n  ')}\n`)
  return { green, red }
}

async function plant(law: Law): Promise<Found> {
  const path = join(copy, law.file)
  const before = readFileSync(path, 'utf8')
  if (before.split(law.sound).length !== 2) throw new Error(`${law.file} does not hold exactly once: ${law.sound}`)
  const began = performance.now()
  writeFileSync(
    path,
    before.replace(law.sound, () => law.broken),
  )
  try {
    const { failed } = await run(law.tests, law.only)
    const seconds = Math.round((performance.now() - began) / 1000)
    const [by = ''] = failed
    const one = { law: law.law, file: law.file, caught: failed.length > 0, by, tests: failed, seconds }
    process.stdout.write(`${one.caught ? 'caught    ' : 'NOT CAUGHT'} ${law.law}  ${by && `← ${by}`}\n`)
    return one
  } finally {
    writeFileSync(path, before)
  }
}

/**
 * Runs test files in the copy; gives the names of tests that failed. A file that could not even be read is nobody's proof and throws,
 * and what took too long on a busy machine has said nothing about a law.
 */
async function run(files: string[], only: string | undefined): Promise<Run> {
  const out = join(folder, 'run.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const config = ['--config', 'planted.config.ts']
  const what = [...(only === undefined ? [] : ['-t', only]), ...new Set(files)]
  const env = { ...process.env, TEST_DATABASE_URL: database.url, NODE_ENV: 'test' }
  rmSync(out, { force: true })
  const said = await new Promise<string>((resolve) => {
    const args = [vitest, 'run', '--reporter=json', `--outputFile=${out}`, ...config, ...what]
    const child = spawn(process.execPath, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let all = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (all += part))
    child.once('close', () => resolve(all))
  })
  type Test = { fullName: string; status: string; failureMessages: string[] }
  let results: { name: string; assertionResults: Test[]; message: string }[]
  try {
    results = (JSON.parse(readFileSync(out, 'utf8')) as { testResults: typeof results }).testResults
  } catch {
    throw new Error(`The tests did not run:\n${said.slice(-2_000)}`)
  }
  const empty = results.find((file) => file.assertionResults.length === 0)
  if (empty) throw new Error(`${empty.name} was not read:\n${empty.message}`)
  const tests = results.flatMap((file) => file.assertionResults)
  const failed = tests.filter(
    ({ status, failureMessages }) => status === 'failed' && !/timed out in/i.test(failureMessages.join()),
  )
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failed.map((test) => test.fullName.trim()),
  }
}

function report(found: Found[], green: number): void {
  const caught = found.filter((one) => one.caught).length
  process.stdout.write(`\n${caught} of ${found.length} broken laws were noticed; unbroken, ${green} tests were green.\n`)
  process.exitCode = caught === found.length ? 0 : 1
  if (words.length > 0) return
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version }
  const result = { name: 'planted', claim: 'Every law that is broken turns a test red.', passed: caught === found.length }
  const figures = { laws: found.length, caught, 'tests green when nothing is broken': green }
  const kept = {
    ...result,
    figures,
    laws: found.map(({ tests, ...one }) => ({ ...one, failing: tests.length })),
    at: wallClock(),
    machine,
  }
  writeFileSync(join(root, 'bench/results/planted.json'), `${JSON.stringify(kept, null, 2)}\n`)
}
