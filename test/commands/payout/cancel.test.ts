import { afterAll, beforeAll, expect, test } from 'vitest'
import { finance, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
})
afterAll(() => w.close())

test('what was not sent is payable again and can be prepared anew; a file that was made is warned of', async () => {
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  const mia = await payable(w, 'Mia', 5_000)
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  const newest = () => w.within((ctx) => ctx.db.batch.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))
  const first = (await newest()).id
  expect(await gus.run('payout cancel', { batch: first, reason: 'wrong list' })).toMatch(
    /^The batch was taken back\n1 payment is payable again/,
  )
  expect(await gus.run('payout cancel', { batch: first })).toContain('This batch is cancelled by now')
  expect(await mia.run('earnings')).toMatch(/Payable +€50\.00/)
  w.at('2026-12-15T13:00:00Z')
  await fay.run('payout prepare')
  const second = (await newest()).id
  await gus.ask('payout confirm', { batch: second })
  await gus.press('Confirm and release')
  await w.within((ctx) => ctx.db.payment.updateMany({ where: { batchId: second }, data: { exportedAt: ctx.now } }))
  expect(await fay.run('payout cancel', { batch: second })).toContain('Make sure that it is not paid.')
})
