import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { expect, test } from 'vitest'
import { type Building, openBuilding } from './building.ts'
import { type Counts, planOf, type Size, simulate, tale } from './simulate.ts'

/** SEED = only this one, SIZE = month (small, or long: forty steps), TRACE = a file for everything that happened; SEEDS and FROM = how many, from which on. */
const { SEED, SIZE, TRACE, SEEDS = '300', FROM = '1000' } = process.env
const size: Size = SIZE === 'long' || SIZE === 'small' ? SIZE : 'month'

test.runIf(SEED !== undefined)(
  'one seed again',
  async () => {
    const told = await simulate(Number(SEED), planOf(size, Number(SEED)))
    if (TRACE !== undefined) writeFileSync(TRACE, `${told.lines.join('\n')}\n`)
    console.log(told.hash, told.counts)
    expect(told.broken, tale(told, size)).toEqual([])
  },
  600_000,
)

test.runIf(SEED === undefined)(
  'many seeds: every law holds in each story, whatever is lost, doubled, late or killed',
  async () => {
    const began = performance.now()
    const sum: Partial<Counts> = {}
    const failed: string[] = []
    const failing: number[] = []
    let events = 0
    let stories = 0
    let building: Building | undefined
    for (let n = 0; n < Number(SEEDS); n++) {
      const seed = Number(FROM) + n
      // A database that was emptied often grows slow.
      if (n % 25 === 0) {
        await building?.close()
        building = await openBuilding()
      }
      const told = await simulate(seed, planOf(size, seed), building)
      stories++
      events += told.events
      for (const [name, count] of Object.entries(told.counts) as [keyof Counts, number][]) sum[name] = (sum[name] ?? 0) + count
      if (told.broken.length > 0) {
        failing.push(seed)
        failed.push(tale(told, size))
        console.error(tale(told, size))
      }
      keep({ stories, from: Number(FROM), size, failing, events, ...sum }, began)
    }
    await building?.close()
    expect(failed.join('\n\n')).toBe('')
  },
  36_000_000,
)

/** After each story, so that a run that was ended early says how far it came. */
function keep(figures: object, began: number): void {
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version }
  const result = { name: 'simulation', ...figures, seconds: Math.round((performance.now() - began) / 1_000), machine }
  mkdirSync('bench/results', { recursive: true })
  writeFileSync('bench/results/simulation.json', `${JSON.stringify(result, null, 2)}\n`)
}
