import { appendFileSync } from 'node:fs'
import { test } from 'vitest'
import { simulate, tale } from './simulate.ts'

test('some', async () => {
  for (let seed = Number(process.env.FROM); seed < Number(process.env.TO); seed++) {
    const before = process.cpuUsage()
    const began = performance.now()
    const told = await simulate(seed, { steps: Number(process.env.STEPS ?? 6) })
    const used = process.cpuUsage(before)
    appendFileSync(
      '/tmp/simlog.txt',
      [
        seed,
        'cpu',
        Math.round((used.user + used.system) / 1000),
        'wall',
        Math.round(performance.now() - began),
        JSON.stringify(told.counts),
        told.broken.length ? tale(told, 'long') : '',
      ].join(' ') + '\n',
    )
  }
}, 3_600_000)
