import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { days } from '../../src/kernel/time.ts'
import { setFinance } from '../../src/people/service.ts'
import { payable } from '../rooms/payees.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a visitor is offered to apply, a creator the next step, a manager the worklist', async () => {
  const zoe = await w.applicant('Zoe')
  expect(await zoe.run('home')).toMatch(/Welcome to Glow[\s\S]*Apply/)
  const ana = await w.manager('Ana')
  expect(await ana.run('home')).toMatch(/All clear/)
  const mia = await w.creator('Mia')
  expect(await mia.run('home')).toMatch(/Hello Mia[\s\S]*next step/)
  await zoe.ask('apply', { handle: '@zoe', niche: 'food', country: 'DE', email: 'zoe@example.com', adult_and_consent: 'yes' })
  await zoe.press('Accept')
  expect(await zoe.run('home')).not.toMatch(/Welcome/)
  expect(await ana.run('home')).toMatch(/1 application/)
  const opened = await ana.press('Open the oldest')
  expect(opened.text).toContain('@zoe')
})

test('a creator is sent to the seat they hold, and never to a mission without a free one', async () => {
  const [lea, ben] = [await w.creator('Lea'), await w.creator('Ben')]
  const plan = { brief: 'Show the serum.', feeMinor: 50_00n, budgetMinor: 500_00n }
  const add = (title: string, closes: number, seats: number) =>
    w.within((ctx) => addMission(ctx, { ...plan, title, seats, closesAt: days(ctx.now, closes) }))
  const only = await add('Only one', 2, 1)
  const early = await add('Early', 5, 3)
  const late = await add('Late', 9, 3)
  expect(await lea.run('home')).toMatch(/hand in something for “Only one”\./)
  await lea.ask('mission claim', { mission: only.id })
  expect(await lea.run('home')).toMatch(/you have a seat in “Only one”\. Hand in by Sun, Nov 22, 2026, /)
  expect(await ben.run('home')).toMatch(/hand in something for “Early”/)
  await ben.ask('mission claim', { mission: late.id })
  expect(await ben.run('home')).toMatch(/you have a seat in “Late”/)
  await ben.ask('mission claim', { mission: early.id })
  expect(await ben.run('home')).toMatch(/you have a seat in “Early”/)
  await ben.press('Hand in')
  await ben.fill({ caption: '#Werbung Glow', url: 'https://www.instagram.com/p/ben1/' })
  expect(await ben.run('home')).toMatch(/you have a seat in “Late”/)
  await ben.ask('mission leave', { mission: late.id })
  expect(await ben.run('home')).toMatch(/share your link once[\s\S]*\[Get your link\]/)
  expect(await (await w.creator('Kim')).sees()).toMatch(/First mission +Late/)
  w.at(days(w.now, 6))
  expect(await lea.run('home')).toMatch(/hand in something for “Late”/)
})

test('cases wait in the one list for every manager, payouts for those who see to money and did not prepare them', async () => {
  w.at('2026-12-10T12:00:00Z')
  const [ana, eve] = [await w.manager('Ana'), await w.manager('Eve')]
  await w.within((ctx) => setFinance(ctx, ana.personId, true))
  const gus = await w.admin('Gus')
  const pia = await payable(w, 'Pia', 5_000)
  w.at('2026-12-15T08:30:00Z')
  await tell(w, order('7', { codes: [] }))
  await pia.run('dispute', { order: '7', reason: 'They came by my link.' })
  await gus.run('payout prepare')
  expect(await gus.run('home')).not.toContain('payout to confirm')
  const list = await eve.run('home')
  expect(list).toMatch(/1 case to decide, the oldest/)
  expect(list).not.toContain('payout')
  expect((await eve.press('Look at the oldest case')).text).toContain('Pia')
  expect(await ana.run('home')).toMatch(/1 case to decide[\s\S]*1 payout to confirm or send, the oldest/)
  expect((await ana.press('Look at the payout')).text).toContain('Pia')
  // Whoever sees to money and is no manager has payouts alone on their list, and no invitation to apply.
  const ivo = await w.applicant('Ivo')
  for (const { personId } of [ivo, pia]) await w.within((ctx) => setFinance(ctx, personId, true))
  expect(await ivo.run('home')).toMatch(/^Waiting for you\n1 payout to confirm or send, the oldest/)
  expect(await ivo.run('home')).not.toMatch(/case|application|Apply/)
  expect((await ivo.press('Look at the payout')).text).toContain('Pia')
  expect(await ivo.run('help')).toMatch(/^Hello Ivo\nYou help to run Glow\.\n\[Show payouts\]/)
  expect(await pia.run('home')).toMatch(/Hello Pia[\s\S]*1 payout to confirm or send[\s\S]*Your next step/)
})

test('what a manager handed in or asked for themselves does not wait for them', async () => {
  const [una, otto] = [await w.creator('Una'), await w.manager('Otto')]
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: una.personId }, data: { role: 'manager' } }))
  await una.run('submit', { url: 'https://www.instagram.com/p/una1/', caption: '#Werbung Glow' })
  await otto.ask('apply', { handle: '@otto', niche: 'food', country: 'DE', email: 'otto@example.com', adult_and_consent: 'yes' })
  await otto.press('Accept')
  const [hers, his] = [await una.run('home'), await otto.run('home')]
  expect(hers).toMatch(/2 applications, [\s\S]*1 piece to review/)
  expect(his).toMatch(/1 application, [\s\S]*2 pieces to review/)
})

test('a chargeback is no case to decide: it waits for the bank', async () => {
  const zac = await enlist(w, 'Zac')
  const day = w.now.toISOString()
  await tell(w, order('8', { codes: [zac.code] }), {
    type: 'order.disputed',
    orderId: '8',
    disputeId: 'dp',
    at: day,
    outcome: 'open',
  })
  expect(await w.within((ctx) => ctx.db.case.count({ where: { kind: 'chargeback', state: 'held' } }))).toBe(1)
  // The dispute of the test before is the one that waits for people.
  expect(await (await w.manager('Ann')).run('home')).toContain('1 case to decide')
})
