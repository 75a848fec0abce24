import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world()
  root = await w.admin('Root')
})
afterAll(() => w.close())

let sent = 0
const send = async (programId = w.programId, name = `T${++sent}`) => {
  await w.app.runJob('test-order', { program: programId, person: root.personId, name })
  await w.tick()
}
const tests = () => w.app.database.across((db) => db.program.findMany({ where: { testOf: { not: null } } }))

test('a click, an order and a refund go through the connector and are shown; the real books stay empty', async () => {
  expect(await root.run('setup test-order')).toMatch(/^The test order is on its way/)
  await send()
  const text = await root.sees()
  expect(text).toMatch(/^The test order went through/m)
  expect(text).toMatch(/Order\s+#T-T1 over €100\.00\s+credited by the click: €10\.00 pending/)
  expect(text).toMatch(/Refund\s+€40\.00 given back\s+€4\.00 taken back/)
  expect(text).toMatch(/Books\s+Glow test\s+balance/)
  expect(text).toContain('€6.00 stays')
  const real = await w.within(async (ctx) => [
    await ctx.db.order.count(),
    await ctx.db.transfer.count(),
    await ctx.db.click.count(),
  ])
  expect(real).toEqual([0, 0, 0])
  expect(await tests()).toMatchObject([{ name: 'Glow test', testOf: w.programId, currency: 'EUR' }])
})

test('it runs again with the rates of today, in the same books, and once for one name', async () => {
  await root.run('setup program', { rate: '20' })
  await send()
  await send(w.programId, `T${sent}`)
  const [books] = await tests()
  const orders = await w.app.within(books!.id, (ctx) => ctx.db.order.count())
  expect([orders, (await tests()).length]).toEqual([2, 1])
  expect(await root.sees()).toContain('credited by the click: €20.00 pending')
})

test('where clicks earn nothing it says so', async () => {
  await w.within(async (ctx) => {
    const policy = ctx.program.policy as object
    await ctx.db.program.update({ where: { id: ctx.program.id }, data: { policy: { ...policy, creditOrder: ['code'] } } })
  })
  await send()
  expect(await root.sees()).toContain('What led to it does not count in this program.')
})

test('a currency without decimals works, and managers may not', async () => {
  const tokyo = await w.neighbour({ name: 'Tokyo', currency: 'JPY', zone: 'Asia/Tokyo' })
  await w.app.runJob('test-order', { program: tokyo, person: root.personId, name: 'yen' })
  const books = (await tests()).find((one) => one.testOf === tokyo)!
  expect(await w.app.within(books.id, (ctx) => ctx.db.line.findMany({ select: { minor: true } }))).toEqual([{ minor: 10n }])
  const ana = await w.manager('Ana')
  expect(await ana.run('setup test-order')).toContain('Not allowed')
})
