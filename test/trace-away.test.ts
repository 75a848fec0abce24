/** What becomes of traces where the collector is away or refuses, and which of them are kept. */
import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { createLog } from '../src/log.ts'
import { openTracer } from '../src/trace.ts'
import { openCollector, said } from './collector.ts'
import { world } from './world.ts'

describe('the collector is away', () => {
  test('everything goes on, the end is not waited for, and one line of the log says so', async () => {
    const gone = await openCollector()
    await gone.close()
    const lines: string[] = []
    const w = await world({
      log: createLog('warn', { write: (line) => void lines.push(line) }),
      environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${gone.origin}/traces` },
    })
    const mia = await w.creator('Mia')
    expect(await mia.run('stats')).not.toContain('broke')
    await w.app.runJob('deliver')
    const began = performance.now()
    await w.app.tracer.close()
    expect(performance.now() - began).toBeLessThan(3_000)
    await w.close()
    expect(lines.filter((line) => /traces/.test(line))).toHaveLength(1)
  })

  test('a collector that refuses is told once, with nothing of its headers', async () => {
    const collector = await openCollector({ status: 401, words: 'who is Bearer abcdefghijklmnop?' })
    const lines: string[] = []
    const config = readConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abcdefghijklmnop',
    })
    const tracer = await openTracer(config, createLog('warn', { write: (line) => void lines.push(line) }))
    // More than one batch.
    for (let n = 0; n < 1_100; n++) await tracer.traced('job deliver', {}, async () => {})
    await tracer.close()
    await collector.close()
    expect(collector.taken.length).toBeGreaterThan(1)
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('abcdefghijklmnop')
  })
})

test('what is thrown is thrown on, and a sampler decides which traces are kept', async () => {
  const collector = await openCollector()
  const kept = async (sampler: string, arg: string) => {
    const before = collector.spans().length
    const config = readConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: arg,
    })
    const tracer = await openTracer(config, createLog('fatal'))
    for (let n = 0; n < 400; n++) {
      const parent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
      await tracer.traced('outer', {}, () => tracer.traced('inner', {}, async () => n), n === 0 ? { kind: 'server', parent } : {})
    }
    await expect(tracer.traced('broken', {}, () => Promise.reject(new RangeError('of Mia')))).rejects.toThrow('of Mia')
    await expect(tracer.traced('no', {}, () => Promise.reject(new Refusal('invalid', 'No.')))).rejects.toThrow('No.')
    await tracer.close()
    return collector.spans().length - before
  }
  expect(await kept('always_off', '1')).toBe(0)
  expect(await kept('parentbased_always_off', '1')).toBe(0)
  expect(await kept('parentbased_always_on', '0')).toBe(802)
  const broken = collector.spans().find(({ name }) => name === 'broken')!
  expect([said(broken), broken.status.code]).toEqual([{ 'error.type': 'RangeError' }, 2])
  const part = await kept('parentbased_traceidratio', '0.5')
  expect(part).toBeGreaterThan(250)
  expect(part).toBeLessThan(550)
  await collector.close()
})
