import { afterAll, beforeAll, expect, test } from 'vitest'
import { replay } from '../src/replay.ts'
import { type World, world } from './world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const ledger = () => w.within((ctx) => ctx.db.transfer.findMany({ orderBy: { id: 'asc' } }))

test('a delivery run again changes nothing, also from its facts when the body is gone', async () => {
  const mia = await w.creator('Mia')
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  await w.hook('generic', {
    type: 'order.created',
    data: { id: '1', number: '#1', at: '2026-11-20T11:00:00Z', currency: 'EUR', total: '80.00', codes: [code], items: [] },
  })
  await w.hook('generic', {
    type: 'order.refunded',
    data: { id: 'r1', order_id: '1', at: '2026-11-20T11:30:00Z', currency: 'EUR', base: '40.00' },
  })
  const before = await ledger()
  expect(before).toHaveLength(2)
  const rows = await w.within((ctx) => ctx.db.inbox.findMany({ where: { source: 'generic' } }))
  for (const row of rows) expect(await replay(w.app, row.id)).toEqual({ state: 'done', error: null })
  expect(await ledger()).toEqual(before)
  await w.within((ctx) => ctx.db.inbox.updateMany({ where: { source: 'generic' }, data: { body: null } }))
  for (const row of rows) expect(await replay(w.app, row.id)).toEqual({ state: 'done', error: null })
  expect(await ledger()).toEqual(before)
})

test('a parked delivery whose body was dropped says so and stays as it was', async () => {
  await w.hook('generic', { type: 'order.created', data: { id: '2' } })
  const parked = () => w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where: { source: 'generic', state: 'parked' } }))
  const { id } = await parked()
  expect(await replay(w.app, id)).toMatchObject({ state: 'parked' })
  await w.within((ctx) => ctx.db.inbox.updateMany({ where: { id }, data: { body: null } }))
  const before = await parked()
  await expect(replay(w.app, id)).rejects.toThrow(`The body of ${id} was dropped`)
  expect(await parked()).toEqual(before)
})

test('an id that nobody has is said so', async () => {
  expect(await replay(w.app, 'inb_00000000000000000000000000')).toBeUndefined()
})
