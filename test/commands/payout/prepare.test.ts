import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { finance, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
let fay: Persona
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
  fay = await finance(w, 'Fay')
})
afterAll(() => w.close())

test('nobody to pay is said; then who is paid, who is not and why, and finance hears of it', async () => {
  expect(await fay.run('payout prepare')).toMatch(/^Nobody can be paid now\nNothing was payable the day before payday/)
  const root = await w.admin('Root')
  await payable(w, 'Mia', 5_000)
  await payable(w, 'Ben', 1_500, { method: 'paypal', iban: '', email: 'ben@example.com' })
  await payable(w, 'Eve', 3_000, null)
  w.at('2026-12-15T07:00:00Z')
  await w.app.runJob('payouts')
  expect(await fay.sees()).not.toContain('Today is payday')
  w.at('2026-12-15T08:30:00Z')
  await w.app.runJob('payouts')
  await w.app.runJob('payouts')
  expect(
    (await fay.sees()).match(/Today is payday\n1 creator can be paid, €50\.00 in all\. For 2 others something is missing/g),
  ).toHaveLength(1)

  await fay.press('Prepare payouts')
  const text = await fay.run('payout show')
  expect(text).toMatch(/Dec 15, 2026 +1 +€50\.00 +to be confirmed/)
  expect(await root.sees()).toMatch(
    /A batch waits for a second person\n1 payment, €50\.00, prepared by Fay for payday Dec 15, 2026\.\n\[Review batch\]/,
  )
  const again = await fay.run('payout prepare')
  expect(again).toMatch(/Ben +€15\.00 +€5\.00 more reach the minimum of €20\.00/)
  expect(again).toMatch(/Eve +€30\.00 +no payment details yet/)
})

test('a server that was away on payday says it afterwards, unless somebody has prepared by then', async () => {
  w.at('2027-01-17T10:00:00Z')
  await w.app.runJob('payouts')
  await w.app.runJob('payouts')
  expect((await fay.sees()).match(/Payday was on Jan 15, 2027/g)).toHaveLength(1)
  w.at('2027-02-01T10:00:00Z')
  await payable(w, 'Kim', 5_000)
  w.at('2027-02-16T07:00:00Z')
  await fay.run('payout prepare')
  w.at('2027-02-16T10:00:00Z')
  await w.app.runJob('payouts')
  w.at('2027-03-20T10:00:00Z')
  await w.app.runJob('payouts')
  expect(await fay.sees()).not.toMatch(/Payday was on (Feb|Mar)/)
})

test('is for finance and admins, in help and in use', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('payout prepare')).toContain('/payout prepare is for finance members and admins.')
  expect(await ana.run('help')).not.toContain('/payout')
  expect(await fay.run('help')).toMatch(/For finance\n[\s\S]*\/payout prepare/)
  expect(await fay.run('review queue')).toContain('Not allowed')
})
