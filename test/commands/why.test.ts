import { afterAll, beforeAll, expect, test } from 'vitest'
import { policySchema } from '../../src/programs/rules.ts'
import { click, enlist, type Member, order, refund, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
let ben: Member
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  ben = await enlist(w, 'Ben')
  const cid = await click(w, mia, new Date('2026-11-19T10:00:00Z'))
  await tell(w, order('1042', { cid, codes: [ben.code] }), refund('1042', 'r1', 4_000))
})
afterAll(() => w.close())

test('the winner reads the whole arithmetic', async () => {
  const text = await ben.run('why', { order: '#1042' })
  expect(text).toContain('This order is credited to you: €4.00.')
  expect(text).toMatch(/Rule +The code decides/)
  expect(text).toMatch(/Code BEN10 +yours +Nov 20, 2026 +won +the code was used on the order/)
  expect(text).toMatch(/Total paid +€80\.00/)
  expect(text).toMatch(/Discounts +€20\.00/)
  expect(text).toMatch(/Base +€80\.00, net of/)
  expect(text).toMatch(/Rate +10 %, the rate of the program/)
  expect(text).toMatch(/Commission +€80\.00 × 10 % = €8\.00, less €4\.00 refunded/)
  expect(text).toMatch(/Hold ends +Dec 4, 2026/)
  expect(text).toMatch(/Nov 20, 2026 +€40\.00 +€40\.00 +taken into account/)
  expect(text).not.toContain('Mia')
})

test('the loser reads why, and no name, code or amount of the winner', async () => {
  const text = await mia.run('why', { order: '1042' })
  expect(text).toContain('This order is credited to another creator.')
  expect(text).toMatch(/Click +yours +Nov 19, 2026 +lost +a code counts before a click in this program/)
  expect(text).toMatch(/Code +another creator +Nov 20, 2026 +won/)
  expect(text).not.toMatch(/Ben|BEN10|€/)
})

test('a creator without a touch, an applicant and a wrong number all find nothing', async () => {
  const zoe = await enlist(w, 'Zoe')
  for (const text of [
    await zoe.run('why', { order: '#1042' }),
    await (await w.applicant('Guest')).run('why', { order: '#1042' }),
    await ben.run('why', { order: '#9999' }),
  ]) {
    expect(text).toContain('No order of yours has this number.')
    expect(text).not.toContain('€')
  }
})

test('another loser’s reason stays theirs', async () => {
  await enlist(w, 'Bad', { state: 'banned' })
  await tell(w, order('1043', { codes: ['BAD10', ben.code] }))
  expect(await ben.run('why', { order: '1043' })).not.toContain('banned')
  const bad = await w.applicant('Bad')
  expect(await bad.run('why', { order: '1043' })).toContain('the creator was banned from the program')
})

test('an order that credits nobody gives each creator their own reason only', async () => {
  const old = await click(w, ben, new Date('2026-09-01T10:00:00Z'))
  await tell(w, order('1050', { codes: ['BAD10'], cid: old }))
  const text = await ben.run('why', { order: '1050' })
  expect(text).toContain('Credited to nobody. Yours lost: it was more than 30 days before the order')
  expect(text).not.toContain('banned')
})

test('managers see every order with names; the story of one nobody is credited for says why', async () => {
  const ana = await w.manager('Ana')
  const text = await ana.run('why', { order: '1042' })
  expect(text).toContain('Credited to Ben.')
  expect(text).toMatch(/Click clk_|Click +Mia/)
  expect(text).toContain('€80.00 × 10 % = €8.00')
  await tell(w, order('1044'), order('1045', { codes: [ben.code], paid: false }))
  expect(await ana.run('why', { order: '1044' })).toContain(
    'Credited to nobody. No code, click or known customer leads to a creator.',
  )
  expect(await ana.run('why', { order: '1045' })).toContain('Not decided yet. The shop has not said that it is paid.')
})

test('the list suggests a creator’s own sales, and managers every order', async () => {
  const ana = await w.manager('Ana')
  expect((await ben.suggest('why', 'order', '')).map((one) => one.label).sort()).toEqual([
    '#1042 of Nov 20, 2026',
    '#1043 of Nov 20, 2026',
  ])
  expect(await mia.suggest('why', 'order', '')).toEqual([])
  expect((await ana.suggest('why', 'order', '104')).length).toBe(4)
  const [own] = await ben.suggest('why', 'order', '1042')
  expect(await ben.run('why', { order: own!.value })).toContain('order #1042')
})

test('the button of the sale’s post tells the same story', async () => {
  await ben.run('earnings')
  const asked = await ben.press('Ask why')
  expect(asked.text).toContain('Why: order #104')
})

test('a neighbour’s order is not found', async () => {
  const other = await w.neighbour()
  await w.app.within(other, async (ctx) => {
    const base = { minor: '100', currency: 'USD' }
    const { record } = await import('../../src/orders/service.ts')
    await record(ctx, 'generic', order('7777', { base }))
  })
  const ana = await w.manager('Ana')
  expect(await ana.run('why', { order: '7777' })).toContain('No order of yours has this number.')
})

test('what was refunded before a tier pays backwards is told at the rate of that tier, so that the arithmetic comes out', async () => {
  const steps = [{ name: 'Silver', from: '50000', rateBps: 1_500 }]
  const policy = policySchema.parse({ tiers: { measure: 'revenue', window: 'month', days: 30, mode: 'retroactive', steps } })
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
  const tom = await enlist(w, 'Tom')
  await tell(w, order('half', { codes: [tom.code] }), order('whole', { codes: [tom.code] }), refund('half', 'r2', 4_000))
  await tell(w, refund('whole', 'r3', 8_000), order('big', { codes: [tom.code], base: { minor: '60000', currency: 'EUR' } }))
  const half = await tom.run('why', { order: 'half' })
  expect(half).toContain('This order is credited to you: €6.00.')
  expect(half).toMatch(/Commission +€80\.00 × 15 % = €12\.00, less €6\.00 refunded/)
  expect(half).toMatch(/Topped up +€2\.00 on Nov 20, 2026 for reaching Silver/)
  const earnings = await tom.run('earnings')
  expect(earnings).toMatch(/#half .* = €12\.00, less €6\.00 refunded, €2\.00 of it by your tier +€6\.00/)
  expect(earnings).toMatch(/#whole .* = €12\.00, less €12\.00 refunded +€0\.00 +nothing left/)
  expect(earnings).toMatch(/#big .* = €90\.00, €30\.00 of it by your tier +€90\.00/)
})
