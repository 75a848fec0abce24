import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'
import { enter, finance, german } from './payees.ts'
import { enlist, order, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('/why says with which payment an order went out, and what a refund after it means', async () => {
  const mia = await enlist(w, 'Mia')
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  await enter(w, mia, german('Mia Lind'))
  await tell(w, order('1', { codes: [mia.code], base: { minor: '60000', currency: 'EUR' } }))
  w.at('2026-12-05T10:00:00Z')
  await w.tick()
  expect(await mia.run('why', { order: '#1' })).toMatch(/Hold ends +over: it is payable/)
  w.at('2026-12-15T10:00:00Z')
  await fay.run('payout prepare')
  const { id, reference } = await w.within((ctx) => ctx.db.payment.findFirstOrThrow())
  const paid = async () => /Hold ends +(.*)\nPaid +(.*)/.exec(await mia.run('why', { order: '#1' }))?.slice(1)
  expect(await paid()).toEqual(['over', `being prepared with the payout of Dec 15, 2026, reference ${reference}`])
  const { batchId } = await w.within((ctx) => ctx.db.payment.findFirstOrThrow())
  await gus.ask('payout confirm', { batch: batchId })
  await gus.press('Confirm and release')
  await fay.run('payout sent', { batch: batchId })
  expect((await paid())?.[1]).toBe(`on its way with the payout of Dec 15, 2026, reference ${reference}`)
  await fay.run('payout settle', { payment: id })
  expect((await paid())?.[1]).toBe(`on Dec 15, 2026, reference ${reference}`)
  await tell(w, refund('1', 'r', 60_000))
  expect((await paid())?.[0]).toBe('over; what was paid for it is carried to your next sales')

  // What ripens on payday itself goes out with the next one.
  await tell(w, order('2', { codes: [mia.code], at: '2026-12-01T10:00:00.000Z' }))
  w.at('2026-12-15T11:00:00Z')
  await w.tick()
  expect(await mia.run('why', { order: '#2' })).toMatch(/Hold ends +over: it is payable/)
})
