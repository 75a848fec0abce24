import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import { FAREWELL } from '../../src/privacy/hall.ts'
import { trimClicks } from '../../src/privacy/retention.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const AGES = [700, 400, 200, 91, 89, 1]
const plant = (name: string, count = 1) =>
  w.within(
    ({ db, now, program }) => db.$executeRaw`
      INSERT INTO "Click" (id, "programId", "linkId", at, visitor, ip)
      SELECT 'clk_' || ${name} || age || '_' || n, ${program.id}, 'lnk_x', ${now}::timestamptz - age * interval '1 day' - n * interval '1 ms', 'v' || n, '10.0.0.0'
      FROM unnest(${AGES}::int[]) age, generate_series(1, ${count}::int) n`,
  )
const marked = () =>
  w.within(async ({ db, now }) => {
    const rows = await db.click.findMany({ where: { OR: [{ visitor: { not: '' } }, { ip: { not: null } }] } })
    return new Set(rows.map(({ at }) => Math.round((now.getTime() - at.getTime()) / 86_400_000)))
  })

test('clicks of any age lose who clicked, a month of them at most in a turn, and the turns end', async () => {
  await plant('one')
  let turns = 1
  let from = await w.within((ctx) => trimClicks(ctx))
  for (; from && turns < 100; turns++) {
    const at = from
    from = await w.within((ctx) => trimClicks(ctx, at))
  }
  expect(turns).toBe(Math.ceil((700 - 90) / 30))
  expect(await marked()).toEqual(new Set([89, 1]))
})

test('more clicks of one day than a turn takes are trimmed in several, and the night ends', async () => {
  await plant('many', 6_000)
  const next = await w.within((ctx) => trimClicks(ctx))
  expect(days(w.now, -700).getTime() - next!.getTime()).toBeLessThan(6_000)
  await w.app.runJob('retention')
  expect(await marked()).toEqual(new Set([89, 1]))
})

test('what cannot be done in a program keeps nothing else of it from being done', async () => {
  const key = `${FAREWELL}kim`
  await w.within(async (ctx) => {
    const row = { id: ctx.id('outbox'), programId: ctx.program.id, spaceId: 'spc_mail', version: 1, state: 'due' }
    const old = days(ctx.now, -300)
    await ctx.db.outbox.create({
      data: { ...row, kind: 'mail', audience: 'x', key, payload: {}, createdAt: old, notBefore: old },
    })
  })
  // A policy that cannot be read: how long bodies are kept is not known.
  await w.within((ctx) => ctx.db.program.update({ where: { id: ctx.program.id }, data: { policy: { payday: 99 } } }))
  await plant('late')
  await expect(w.app.runJob('retention')).rejects.toThrow('What is kept no longer')
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { key } }))).toBe(0)
  expect(await marked()).toEqual(new Set([89, 1]))
})
