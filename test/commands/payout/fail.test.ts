import { afterAll, beforeAll, expect, test } from 'vitest'
import { finance, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
})
afterAll(() => w.close())

test('asks for the reason; what came back can be prepared again for the same payday', async () => {
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  await payable(w, 'Mia', 5_000)
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  const { id: batch } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  const { reference } = await w.within((ctx) => ctx.db.payment.findFirstOrThrow())
  expect(await fay.run('payout fail', { payment: reference })).toBe('A payment came back: reason')
  expect(await fay.run('payout fail', { payment: reference, reason: 'too early' })).toContain('is prepared by now')
  await gus.ask('payout confirm', { batch })
  await gus.press('Confirm and release')
  expect(await fay.run('payout fail', { payment: reference, reason: 'Name and account do not fit.' })).toMatch(
    /came back\nState +done[\s\S]*came back; Name and account do not fit/,
  )
  w.at('2026-12-16T12:00:00Z')
  expect(await fay.run('payout prepare')).toMatch(/^Prepared: now a second person\n1 creator gets €50\.00/)
})
