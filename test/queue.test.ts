import { describe, expect, test } from 'vitest'
import { type Job, job } from '../src/job.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { createLog } from '../src/log.ts'
import { openBell } from '../src/queue.ts'
import { freshDatabase, needs } from './database.ts'

const jobs = new Map<string, Job>([
  ['bell', { ...job({ about: 'rings', run: async () => {} }), name: 'bell' }],
  ['clock', { ...job({ about: 'ticks', everySeconds: 1, run: async () => {} }), name: 'clock' }],
])
const until = async (done: () => boolean, ms = 8_000) => {
  const end = performance.now() + ms
  while (!done() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
}

const redis = needs('redis')
const backends: [string, () => Promise<{ url: string; drop: () => Promise<void> }>, boolean][] = [
  ['PostgreSQL', freshDatabase, false],
  ['Redis', async () => ({ url: redis!, drop: async () => {} }), redis === null],
]

describe.each(backends)('the bell on %s', (_name, open, absent) => {
  test.skipIf(absent)('rings, ticks by itself, melts rings of a waiting job into one, and does not retry a refusal', async () => {
    const { url, drop } = await open()
    const bell = await openBell(url, jobs, createLog('silent'))
    const rung: string[] = []
    await bell.ring('bell', { n: '1' })
    await bell.ring('bell', { n: '1' })
    await bell.ring('bell', { n: '1' })
    await bell.work(async (which, payload) => {
      rung.push(`${which.name} ${payload.n ?? ''}`.trim())
      if (payload.n === 'refused') throw new Refusal('invalid', 'This can never work.')
    })
    await until(() => rung.includes('bell 1') && rung.filter((r) => r === 'clock').length >= 2)
    expect(rung.filter((r) => r === 'bell 1')).toHaveLength(1)
    expect(rung.filter((r) => r === 'clock').length).toBeGreaterThanOrEqual(2)
    await bell.ring('bell', { n: 'refused' })
    await until(() => rung.includes('bell refused'))
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(rung.filter((r) => r === 'bell refused')).toHaveLength(1)
    await bell.close()
    await drop()
  })

  test.skipIf(absent)('keeps of what broke its reference alone, and the log has the rest', async () => {
    const { url, drop } = await open()
    const lines: string[] = []
    const bell = await openBell(url, jobs, createLog('error', { write: (line) => void lines.push(line) }))
    await bell.ring('bell', { n: 'broken' })
    await bell.work(async (_which, { n }) => {
      if (n === 'broken') throw Object.assign(new Error('of Mia Lind'), { reference: 'err_1' })
      if (n === 'refused') throw new Refusal('invalid', 'Mia Lind is not here.')
    })
    await until(() => lines.some((line) => line.includes('job failed')))
    const [line] = lines.filter((one) => one.includes('job failed'))
    expect(JSON.parse(line!)).toMatchObject({ reference: 'err_1', job: 'bell', tries: 1, err: { message: 'of Mia Lind' } })
    const kept = (await bell.queue.getJobs()).filter(({ data }) => data.n === 'broken')
    expect(kept).toHaveLength(1)
    expect(kept[0]!.failedReason).toBe('It broke; the log has it as err_1.')
    await bell.ring('bell', { n: 'refused' })
    await until(() => lines.some((one) => one.includes('Mia Lind is not here')))
    for (const one of await bell.queue.getJobs()) expect(JSON.stringify(one.toJSON())).not.toContain('Lind')
    await bell.close()
    await drop()
  })
})

test.skipIf(redis === null)('after a flush of Redis the recurring rings are made anew, and go on', async () => {
  // A database of its own: what others keep in this Redis stays.
  const url = new URL(redis!)
  url.pathname = '/9'
  const bell = await openBell(url.href, jobs, createLog('silent'), 200)
  let ticks = 0
  await bell.work(async ({ name }) => {
    if (name === 'clock') ticks++
  })
  await until(() => ticks > 0)
  const { Redis } = await import('ioredis')
  const flusher = new Redis(url.href)
  await flusher.flushdb()
  await flusher.quit()
  const before = ticks
  await until(() => ticks >= before + 2, 6_000)
  expect(ticks).toBeGreaterThanOrEqual(before + 2)
  expect(await bell.mend()).toEqual([])
  await bell.close()
})
