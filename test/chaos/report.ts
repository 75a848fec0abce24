/** The end of `npm run chaos`: one line for each fault, and bench/results/chaos.json. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import type { Fault } from './fault.ts'
import { faults, wanted } from './faults.ts'
import { FIGURES, type Figure } from './figure.ts'

const RESULT = 'bench/results/chaos.json'

type Line = {
  id: string
  what: string
  state: 'proven' | 'red' | 'skipped'
  tests: number
  failed: string[]
  skipped: number
  demands?: string
  figures: Record<string, number | string>
  not?: string
  at: string
}

type Seen = { file: string; name: string; state: string }

/** What the tests of one fault said. A proof that no test answered to is red. */
function lineOf(fault: Fault, seen: Seen[], figures: Figure[], at: string): Line {
  const failed: string[] = []
  let [passed, skipped] = [0, 0]
  for (const { file, tests } of fault.proofs) {
    for (const part of tests) {
      const found = seen.filter((one) => one.file === file && one.name.includes(part))
      if (found.length === 0) failed.push(`${file}: no test "${part}" ran`)
      for (const { state, name } of found) {
        if (state === 'passed') passed++
        else if (state === 'failed') failed.push(`${file}: ${name}`)
        else skipped++
      }
    }
  }
  const state = failed.length > 0 ? 'red' : passed === 0 ? 'skipped' : 'proven'
  const measured = Object.fromEntries(figures.filter((one) => one.fault === fault.id).map(({ name, value }) => [name, value]))
  const { id, what, demands, not } = fault
  const reason = skipped > 0 && passed === 0 ? 'what its tests stand on is missing on this machine' : not
  return {
    ...{ id, what, state, tests: passed, failed, skipped },
    ...(demands ? { demands } : {}),
    figures: measured,
    ...(reason ? { not: reason } : {}),
    at,
  }
}

export default class ChaosReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const seen = modules.flatMap((module) => {
      // Where what a file prepares has failed, its tests are passed over, and that is no reason to skip them.
      const broken = [module, ...module.children.allSuites()].some((one) => one.errors().length > 0)
      return [...module.children.allTests()].map((test) => {
        const { state } = test.result()
        return { file: module.relativeModuleId, name: test.fullName, state: broken && state === 'skipped' ? 'failed' : state }
      })
    })
    const figures = existsSync(FIGURES)
      ? readFileSync(FIGURES, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Figure)
      : []
    rmSync(FIGURES, { force: true })
    const at = new Date().toISOString()
    // A run of some files says nothing for good about faults that others prove too.
    const ran = new Set(modules.map((module) => module.relativeModuleId))
    const whole = wanted().filter(({ proofs }) => proofs.every(({ file }) => ran.has(file)))
    const lines = whole.map((fault) => lineOf(fault, seen, figures, at))
    if (whole.length < wanted().length) process.stdout.write('\nFaults whose tests were not all asked for are left out.\n')
    for (const line of lines) process.stdout.write(told(line))
    if (unhandled.length > 0) process.stdout.write(`✗ ${unhandled.length} errors that nobody caught\n`)
    if (unhandled.length > 0 || lines.some(({ state }) => state === 'red')) process.exitCode = 1
    keep(lines)
  }
}

function told({ id, what, state, tests, failed, demands, figures, not }: Line): string {
  const sign = { proven: '✓', red: '✗', skipped: '–' }[state]
  const counted = state === 'proven' ? `proven (${tests} ${tests === 1 ? 'test' : 'tests'})` : state
  const more = [
    ...(demands ? [`demands: ${demands}`] : []),
    ...Object.entries(figures).map(([name, value]) => `${name}: ${value}`),
    ...(not ? [`not here: ${not}`] : []),
    ...failed.map((one) => `✗ ${one}`),
  ]
  return `${sign} ${id.padEnd(4)}${counted.padEnd(20)} ${what}\n${more.map((one) => `      ${one}\n`).join('')}`
}

/** A run of some faults leaves the others as they were. */
function keep(lines: Line[]): void {
  const before = existsSync(RESULT) ? (JSON.parse(readFileSync(RESULT, 'utf8')) as { faults: Line[] }).faults : []
  const fresh = new Map([...before, ...lines].map((line) => [line.id, line]))
  const all = faults.flatMap(({ id }) => fresh.get(id) ?? [])
  const count = (state: Line['state']) => all.filter((line) => line.state === state).length
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version }
  const sums = { proven: count('proven'), red: count('red'), skipped: count('skipped') }
  mkdirSync('bench/results', { recursive: true })
  const result = { name: 'chaos', claim: 'each fault is borne', passed: sums.red === 0, ...sums, faults: all, machine }
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`)
}
