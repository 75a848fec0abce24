/** A credit note names the invoices on which what it takes back was billed to the same person, whatever brought it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeMonth, planClose } from '../../src/ledger/close.ts'
import { due } from '../../src/ledger/mature.ts'
import { payFee, takeBackFee } from '../../src/ledger/service.ts'
import { statementOf } from '../../src/ledger/statement.ts'
import { policySchema } from '../../src/programs/rules.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, refund, tell } from './shop.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const policy = (given: object) =>
  w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse(given) } }))
const close = (month: string) => w.within(async (ctx) => closeMonth(ctx, month, (await planClose(ctx, month)).hash))
const payee = { name: 'Mia Lind', address: ['Väg 1'], country: 'SE', vatId: 'SE556000475701' }
/** Number, amount and what it corrects. */
const given = async ({ creatorId }: Member, month: string) => {
  const { number, paper, corrects } = await w.within((ctx) => statementOf(ctx, creatorId, month, payee))
  return [number, Number(paper.earned.minor), corrects]
}

test('shares of a friend’s sales, and a line that a dispute moved, for whoever lost it and for whoever got it', async () => {
  await policy({ referral: { bps: 1000, months: 12 } })
  const [inviter, friend] = [await enlist(w, 'Inv'), await enlist(w, 'Fri')]
  const [former, getter] = [await enlist(w, 'For'), await enlist(w, 'Get')]
  const invited = { invitedBy: inviter.personId, decidedAt: w.now }
  await w.within((ctx) => ctx.db.creator.update({ where: { id: friend.creatorId }, data: invited }))
  const sold = ['x1', 'x2'].map((id) => order(id, { codes: [former.code] }))
  await tell(w, ...sold, order('x3', { codes: [getter.code] }), order('x4', { codes: [friend.code] }))
  w.at('2026-12-10T12:00:00Z')
  await w.within(due)
  await getter.run('dispute', { order: 'x2', reason: 'mine' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: getter.creatorId } }))
  await ana.run('case decide', { case: id, verdict: 'move', reason: 'Hers.' })
  w.at('2027-01-05T12:00:00Z')
  await tell(w, ...['x1', 'x2', 'x4'].map((id) => refund(id, `${id}r`, 8_000)))
  w.at('2027-02-02T12:00:00Z')
  for (const month of ['2026-11', '2026-12', '2027-01']) await close(month)

  expect(await given(former, '2026-11')).toEqual(['2027-00001', 1_600, null])
  expect(await given(getter, '2026-11')).toEqual(['2027-00002', 800, null])
  expect(await given(inviter, '2026-12')).toEqual(['2027-00003', 80, null])
  expect(await given(getter, '2026-12')).toEqual(['2027-00004', 800, null])
  expect(await given(former, '2026-12')).toEqual(['2027-00005', -800, ['2027-00001']])
  expect(await given(former, '2027-01')).toEqual(['2027-00006', -800, ['2027-00001']])
  expect(await given(getter, '2027-01')).toEqual(['2027-00007', -800, ['2027-00004']])
  expect(await given(inviter, '2027-01')).toEqual(['2027-00008', -80, ['2027-00003']])
})

test('a fee that was undone, and a line that an appeal gave again', async () => {
  await policy({})
  const [fay, una] = [await enlist(w, 'Fay'), await enlist(w, 'Una')]
  const fee = { submissionId: 'sub_late', creatorId: fay.creatorId, fee: { minor: 5_000n, currency: 'EUR' }, because: {} }
  await w.within((ctx) => payFee(ctx, fee))
  const shopper = { email: await w.within(async (ctx) => ctx.hash('una@example.com')) }
  await tell(w, order('u1', { codes: [una.code], shopper, at: '2027-02-02T11:00:00.000Z' }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: una.creatorId } }))
  w.at('2027-03-02T12:00:00Z')
  await w.within((ctx) => takeBackFee(ctx, fee))
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'Her own purchase.' })
  w.at('2027-04-02T12:00:00Z')
  await una.run('appeal', { case: id, words: 'It was my sister.' })
  await (await w.admin('Root')).run('case decide', { case: id, verdict: 'release', reason: 'It was her sister.' })
  w.at('2027-05-02T12:00:00Z')
  await tell(w, { ...refund('u1', 'u1r', 8_000), at: '2027-05-02T11:00:00.000Z' })
  w.at('2027-06-02T12:00:00Z')
  for (const month of ['2027-02', '2027-03', '2027-04', '2027-05']) await close(month)

  const [feeInvoice] = await given(fay, '2027-02')
  expect((await given(fay, '2027-03')).slice(1)).toEqual([-5_000, [feeInvoice]])
  // What the first credit note took back whole is corrected; the refund takes what the appeal gave.
  const [february] = await given(una, '2027-02')
  expect((await given(una, '2027-03')).slice(1)).toEqual([-800, [february]])
  const [april] = await given(una, '2027-04')
  expect((await given(una, '2027-05')).slice(1)).toEqual([-800, [april]])
})
