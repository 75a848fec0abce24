import { expect, test } from 'vitest'
import { plain } from '../../src/kernel/plain.ts'
import { compose } from '../../src/messages/compose.ts'
import { postStar } from '../../src/recognition/star.ts'
import { approved, sell } from '../boards.ts'
import { world } from '../world.ts'

test('a digest of Monday midnight tells of the week that ended, though its clocks were put forward', async () => {
  const w = await world({ now: '2026-03-20T12:00:00Z' })
  const mia = await w.creator('Mia')
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-03-25T10:00:00Z', base: 500n }))
  // 00:30 on Monday in Berlin, after a Sunday of 23 hours.
  w.at('2026-03-29T22:30:00Z')
  const reader = { personId: mia.personId, zone: 'Europe/Berlin', period: '2026-W14', waited: [] }
  const said = await w.within((ctx) => compose.digest(ctx, reader))
  expect(typeof said === 'string' ? said : plain(said, { zone: 'UTC', locale: 'en' })).toMatch(/Orders +1 +0/)
  await w.close()
})

test('nobody is creator of the week within four weeks, though the clocks went back between', async () => {
  const w = await world({ now: '2026-11-09T12:00:00Z' })
  const mia = await w.creator('Mia')
  await w.within(async (ctx) => {
    await ctx.db.program.update({ where: { id: ctx.program.id }, data: { zone: 'Europe/Berlin' } })
    await sell(ctx, mia.creatorId, { at: '2026-11-03T10:00:00Z', base: 500n })
    await approved(ctx, mia.creatorId, new Date('2026-11-03T10:00:00Z'))
    const at = new Date('2026-10-04T22:00:00Z')
    await ctx.db.star.create({
      data: { programId: ctx.program.id, period: '2026-W41', creatorId: mia.creatorId, reasons: [], at },
    })
  })
  expect(await w.within(postStar)).toBe(false)
  await w.close()
})
