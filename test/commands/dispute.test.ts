import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { audit as auditOrders } from '../../src/orders/queries.ts'
import type { Persona } from '../chat.ts'
import { enlist, type Member, order, owned, refund, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Member
let leo: Member
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await enlist(w, 'Mia')
  leo = await enlist(w, 'Leo')
})
afterAll(() => w.close())

const caseOf = (named: string) => w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { named } }))
const balanced = async () =>
  expect(await w.within(async (ctx) => [...(await audit(ctx)), ...(await auditOrders(ctx))])).toEqual([])

test('opens a case and a thread with both sides, who both write with buttons; granted, the order is credited and /why says so', async () => {
  await tell(w, order('d1'))
  const answer = await mia.ask('dispute', { order: 'd1' })
  expect(answer.form!.fields.map(({ name }) => name)).toEqual(['reason'])
  expect((await mia.fill({ reason: 'My sister used my link for it.' })).text).toMatch(
    /Your dispute about order #d1\n.*\n.*waits for a decision/,
  )
  const said = 'Mia says: My sister used my link for it.'
  expect(await mia.sees()).toContain(said)
  expect(await ana.sees('managers')).toContain('The order is credited to nobody')
  expect(await mia.run('dispute', { order: '#d1', reason: 'Again' })).toContain('You have disputed this order already')

  const { id } = await caseOf('#d1')
  await ana.run('case say', { case: id, words: 'Which day was that?' })
  w.at(minutes(w.now, 1))
  expect(await mia.sees()).toContain('Which day was that?')
  await mia.press('Reply')
  expect((await mia.fill({ words: 'On Friday.' })).text).toContain('The managers read it.')
  w.at(minutes(w.now, 1))
  expect(await ana.sees('managers')).toContain('On Friday.')

  expect(await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'Yes' })).toContain(
    'cannot be decided with “uphold”',
  )
  await ana.run('case decide', { case: id, verdict: 'credit', reason: 'The link was on the receipt.' })
  expect(await owned(w, mia)).toEqual([800, 0])
  expect(await mia.sees()).toContain('Your dispute about order #d1 is granted')
  const why = await mia.run('why', { order: '#d1' })
  expect(why).toContain('This order is credited to you: €8.00')
  expect(why).toMatch(/Dispute of .*: granted\. Because: The link was on the receipt\./)
  // It is an order like any other from now on.
  await tell(w, refund('d1', 'd1-1', 4_000))
  expect(await owned(w, mia)).toEqual([400, 0])
  await balanced()
})

test('what another creator has moves only when the manager says so, and both are told', async () => {
  await tell(w, order('d2', { codes: [leo.code] }))
  await mia.run('dispute', { order: 'd2', reason: 'They came by my link.' })
  const { id } = await caseOf('#d2')
  expect(await ana.sees('managers')).toContain('The order is credited to Leo.')
  expect(await ana.run('case decide', { case: id, verdict: 'credit', reason: 'Agreed' })).toContain(
    'The order is credited to another creator',
  )
  expect((await caseOf('#d2')).state).toBe('open')
  const [miaBefore, leoBefore] = [await owned(w, mia), await owned(w, leo)]
  await ana.run('case decide', { case: id, verdict: 'move', reason: 'The click came first.' })
  expect(await owned(w, mia)).toEqual([miaBefore[0]! + 800, 0])
  expect(await owned(w, leo)).toEqual([leoBefore[0]! - 800, 0])
  expect(await leo.sees()).toMatch(/Order #d2 is credited to another creator now\n.*Because: The click came first\./)
  await balanced()
  // A later refund takes from whoever has it now.
  await tell(w, refund('d2', 'd2-1', 8_000))
  expect(await owned(w, mia)).toEqual(miaBefore)
  w.at(days(w.now, 20))
  await w.tick()
  expect(await owned(w, leo)).toEqual([0, 0])
  await balanced()
})

test('a bonus leaves the order where it is; a refusal has its reason, and numbers nobody sent tell nothing', async () => {
  await tell(w, order('d3', { codes: [leo.code] }))
  await mia.run('dispute', { order: '#d3', reason: 'Mine' })
  const [, before] = await owned(w, mia)
  const d3 = await caseOf('#d3')
  expect(await ana.run('case decide', { case: d3.id, verdict: 'bonus', reason: 'Goodwill' })).toContain(
    'needs an amount above zero',
  )
  expect(await ana.run('case decide', { case: d3.id, verdict: 'bonus', reason: 'Goodwill', amount: '100.01' })).toContain(
    'One manager alone may give up to €100.00.',
  )
  await ana.run('case decide', { case: d3.id, verdict: 'bonus', reason: 'Goodwill', amount: '3.50' })
  expect(await owned(w, mia)).toEqual([0, before! + 350])
  const [known, unknown] = [
    await mia.run('dispute', { order: 'ord_01JD0000000000000000000000', reason: 'Mine' }),
    await mia.run('dispute', { order: '999', reason: 'Mine' }),
  ]
  expect(known).toContain('No order of yours has this number.')
  expect(unknown).toContain('Your dispute about order #999')
  const { id } = await caseOf('#999')
  expect(await ana.run('case show', { case: id })).toContain('No order of this number has come in from a shop.')
  await ana.run('case decide', { case: id, verdict: 'refuse', reason: 'No shop knows this order.' })
  expect(await mia.sees()).toMatch(/Your dispute about order #999 is refused\nBecause: No shop knows this order\./)
  expect(await leo.run('appeal', { case: id, words: 'Please' })).toContain('There is no such case of yours')
  await balanced()
})

test('an order that an open case names is not moved', async () => {
  await tell(w, order('d4', { codes: [leo.code] }))
  await mia.run('dispute', { order: 'd4', reason: 'It is mine.' })
  await w.within(async (ctx) => {
    const { id: orderId } = await ctx.db.order.findFirstOrThrow({ where: { number: '#d4' } })
    const line = await ctx.db.line.findUniqueOrThrow({ where: { orderId } })
    const id = ctx.id('case')
    const own = { id, programId: w.programId, creatorId: leo.creatorId, subject: `fraud:${leo.creatorId}`, createdAt: ctx.now }
    await ctx.db.case.create({ data: { ...own, kind: 'fraud', state: 'open' } })
    await ctx.db.caseLine.create({ data: { caseId: id, lineId: line.id, orderId, programId: w.programId } })
  })
  const { id } = await caseOf('#d4')
  const answer = await ana.run('case decide', { case: id, verdict: 'move', reason: 'They came by it.' })
  expect(answer).toContain('Another case about this order is open.')
})

test('refunds of an order that was moved take their part once, also when its creator turns out to be another', async () => {
  const kim = await enlist(w, 'Kim')
  w.at(minutes(w.now, 1))
  const twin = await enlist(w, 'Kims twin')
  await tell(w, order('d5', { codes: [mia.code] }))
  await twin.run('dispute', { order: 'd5', reason: 'It is mine.' })
  await ana.run('case decide', { case: (await caseOf('#d5')).id, verdict: 'move', reason: 'They came by it.' })
  await tell(w, refund('d5', 'd5-1', 4_000))
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await kim.run('profile connect'))![0]
  expect(await twin.run('profile connect', { code })).toContain('You are one person now')
  expect(await owned(w, kim)).toEqual([400, 0])
  await tell(w, refund('d5', 'd5-2', 2_000))
  expect(await owned(w, kim)).toEqual([200, 0])
  await balanced()
})

test('an order that its shop tells of after the dispute is the one the dispute is about, and is credited by it', async () => {
  await mia.run('dispute', { order: 'late1', reason: 'Bought a minute ago.' })
  const { id } = await caseOf('#late1')
  expect(await ana.run('case show', { case: id })).toContain('No order of this number has come in from a shop.')
  await tell(w, order('late1'))
  expect(await ana.run('case show', { case: id })).toContain('The order is credited to nobody')
  expect(await mia.run('dispute', { order: '#late1', reason: 'Again' })).toContain('You have disputed this order already')
  const before = await owned(w, mia)
  expect(await ana.run('case decide', { case: id, verdict: 'credit', reason: 'The shop was slow.' })).toContain('granted')
  expect((await owned(w, mia))[0]).toBe(before[0]! + 800)
  expect(await mia.run('why', { order: '#late1' })).toMatch(/Dispute of .*: granted\. Because: The shop was slow\./)
  await balanced()
})

test('what was disputed before two accounts became one is not disputed again by the one that stayed', async () => {
  w.at(minutes(w.now, 1))
  const eva = await enlist(w, 'Eva')
  w.at(minutes(w.now, 1))
  const twin = await enlist(w, 'Eva S')
  await tell(w, order('twice'))
  for (const one of ['unseen', 'twice']) await twin.run('dispute', { order: one, reason: 'Mine.' })
  await eva.run('dispute', { order: 'unseen', reason: 'Mine too.' })
  const shown = await eva.run('profile connect')
  await twin.run('profile connect', { code: /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(shown)![0] })
  const where = { creatorId: eva.creatorId }
  expect(await w.within((ctx) => ctx.db.case.count({ where }))).toBe(3)
  for (const one of ['unseen', 'twice'])
    expect(await eva.run('dispute', { order: one, reason: 'Again.' })).toContain('You have disputed this order already')
})
