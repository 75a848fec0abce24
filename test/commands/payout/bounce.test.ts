import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeMonth, planClose } from '../../../src/ledger/close.ts'
import { statementOf } from '../../../src/ledger/statement.ts'
import { audit } from '../../../src/payouts/audit.ts'
import { finance, ibans, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
})
afterAll(() => w.close())

test('what bounced after it arrived is payable again once, told with the fix, and paid anew; its history stays', async () => {
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  const mia = await payable(w, 'Mia', 5_000)
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  const payment = await w.within((ctx) => ctx.db.payment.findFirstOrThrow())
  await gus.ask('payout confirm', { batch: payment.batchId })
  await gus.press('Confirm and release')
  const bounced = { payment: payment.reference, reason: 'Your bank closed this account.' }
  expect(await fay.run('payout bounce', bounced)).toContain('has not arrived, so it cannot come back')
  await fay.run('payout settle', { payment: payment.reference })
  expect(await mia.run('earnings')).toMatch(/Paid +€50\.00/)
  expect(await mia.run('payout bounce', bounced)).toContain('is for finance members')
  expect(await fay.run('payout bounce', bounced)).toMatch(/^P-\w+ bounced[\s\S]*bounced since, payable again/)
  expect(await fay.run('payout bounce', bounced)).toContain('came back before')
  expect(await mia.sees()).toMatch(/A payout came back\n€50\.00 had arrived and came back since: Your bank closed this account\./)
  expect(await mia.run('earnings')).toMatch(/Next payday +Dec 15, 2026[^\n]*\nExpected then +€50\.00/)
  const state = await w.within((ctx) => ctx.db.payment.findUniqueOrThrow({ where: { id: payment.id } }))
  expect(state).toMatchObject({ state: 'settled', bouncedAt: w.now })
  expect(await w.within(audit)).toEqual([])
  w.at('2026-12-16T12:00:00Z')
  expect(await fay.run('payout prepare')).toContain('1 creator gets €50.00')
  expect(await w.within(audit)).toEqual([])
})

test('what came back was earned once: it stands on no invoice again, in the same month or a later one', async () => {
  const [fay, gus] = [await finance(w, 'Finn'), await finance(w, 'Gil')]
  const zoe = await payable(w, 'Zoe', 5_000, { iban: ibans[1]! })
  const { creatorId } = zoe
  const payAndBounce = async (late: string) => {
    await fay.run('payout prepare')
    const payment = await w.within((ctx) => ctx.db.payment.findFirstOrThrow({ where: { creatorId, state: 'prepared' } }))
    await gus.ask('payout confirm', { batch: payment.batchId })
    await gus.press('Confirm and release')
    await fay.run('payout settle', { payment: payment.reference })
    w.at(late)
    await fay.run('payout bounce', { payment: payment.reference, reason: 'Your bank closed this account.' })
  }
  const close = async (month: string) => {
    await w.within(async (ctx) => closeMonth(ctx, month, (await planClose(ctx, month)).hash))
    const payee = { name: 'Zoe Lind', address: ['Ring 1'], country: 'DE', vatId: '' }
    return w.within((ctx) => statementOf(ctx, creatorId, month, payee))
  }
  w.at('2027-01-15T12:00:00Z')
  await payAndBounce('2027-01-20T12:00:00Z')
  w.at('2027-01-21T12:00:00Z')
  await payAndBounce('2027-02-03T12:00:00Z')
  await close('2026-12')
  const [january, open] = [await close('2027-01'), await zoe.run('statement', { month: '2027-02' })]
  expect([january.number, january.paper.earned.minor, january.paper.rows.length]).toEqual([null, 0n, 3])
  expect(open).toMatch(/Opening balance +€0\.00\n *Earned +€0\.00[^\n]*\n *Paid out +-€50\.00\n *Closing balance +€50\.00/)
  w.at('2027-03-03T12:00:00Z')
  const february = await close('2027-02')
  expect([february.number, february.paper.earned.minor, february.paper.rows.map(({ what }) => what)]).toEqual([
    null,
    0n,
    ['Payout that came back'],
  ])
})
