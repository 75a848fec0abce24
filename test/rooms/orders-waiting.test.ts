import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeTurn } from '../../src/orders/payer.ts'
import { settleWaiting } from '../../src/orders/service.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the look of each minute for orders that wait needs no turn of its own while others are taken in, and keeps none waiting', async () => {
  let end = () => {}
  const ended = new Promise<void>((done) => {
    end = done
  })
  const begun = new Promise<void>((done) => {
    void w.within(async (ctx) => {
      await takeTurn(ctx, false)
      done()
      await ended
    })
  })
  await begun
  const looked = w.within(settleWaiting)
  const late = new Promise((done) => setTimeout(() => done('it waits'), 3_000))
  expect(await Promise.race([looked, late])).toEqual([])
  end()
})

test('orders that wait are found by an index of their own', async () => {
  const plan = await w.within(async ({ db, program }) => {
    await db.$executeRaw`SET LOCAL enable_seqscan = off`
    return db.$queryRaw<object[]>`EXPLAIN SELECT id FROM "Order" WHERE "programId" = ${program.id}
      AND rule IN ('currency', 'click missing', 'unknown partner') AND rule = 'click missing'`
  })
  expect(plan.flatMap(Object.values).join('\n')).toContain('Order_waiting_idx')
})
