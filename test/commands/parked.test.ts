import { afterAll, beforeAll, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a delivery that cannot be read is shown with its reason, and the worklist counts it', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('parked')).toMatch(/Nothing is parked/)
  expect((await w.hook('generic', { type: 'order.created', data: { id: '9' } })).statusCode).toBe(202)
  expect(await ana.run('parked')).toMatch(/from generic[\s\S]*data\./)
  expect(await ana.run('home')).toMatch(/1 parked delivery/)
})

test('however much is parked, each one is reached; what nothing is left of comes last, and waits for nobody', async () => {
  const crowded = await world()
  try {
    const ana = await crowded.manager('Ana')
    for (let n = 0; n < 22; n++) await crowded.hook('generic', { type: 'order.created', data: { id: `old-${n}` } })
    await crowded.within((ctx) => ctx.db.inbox.updateMany({ where: { source: 'generic' }, data: { body: null } }))
    crowded.at('2026-11-21T12:00:00Z')
    for (let n = 0; n < 11; n++)
      await crowded.hook('generic', { type: 'order.created', data: { id: `new-${n}` } }, { id: `new_${n}_` })
    await crowded.within(async (ctx) => {
      await ctx.show({ channel: 'wins' }, 'lost', card('Lost'))
      await ctx.db.outbox.updateMany({ where: { key: 'lost' }, data: { state: 'parked', error: 'Unknown Channel' } })
    })
    const first = await ana.run('parked')
    expect(first).toContain('to wins: lost')
    expect(first).toMatch(/… and 25 more\./)
    const second = (await ana.press('Show more')).text
    for (let n = 0; n < 11; n++) expect(first + second).toContain(`from generic: new_${n}_`)
    expect(first).not.toContain('Its body was dropped')
    expect(await ana.run('home')).toMatch(/12 parked deliveries/)
  } finally {
    await crowded.close()
  }
})

test('a delivery of which nothing is left is taken in when the shop sends it once more', async () => {
  const event = { type: 'order.created', data: { id: 'again' } }
  await w.hook('generic', event, { id: 'msg_again' })
  const where = { source: 'generic', externalId: 'msg_again' }
  await w.within((ctx) => ctx.db.inbox.updateMany({ where, data: { body: null } }))
  expect((await w.hook('generic', event, { id: 'msg_again', absorb: false })).json()).toMatchObject({ state: 'heard' })
  expect(await w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where }))).toMatchObject({ state: 'heard', error: null })
  await w.app.runJob('absorb')
  expect(await w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where }))).toMatchObject({ state: 'parked' })
})
