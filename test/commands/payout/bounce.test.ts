import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../src/payouts/audit.ts'
import { finance, payable } from '../../rooms/payees.ts'
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
  const state = await w.within((ctx) => ctx.db.payment.findUniqueOrThrow({ where: { id: payment.id } }))
  expect(state).toMatchObject({ state: 'settled', bouncedAt: w.now })
  expect(await w.within(audit)).toEqual([])
  w.at('2026-12-16T12:00:00Z')
  expect(await fay.run('payout prepare')).toContain('1 creator gets €50.00')
  expect(await w.within(audit)).toEqual([])
})
