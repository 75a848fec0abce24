/** Money that comes back from a payment is as old as it was: it waits for no other payday than the next batch, as its creator is told. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/context.ts'
import { batchOf, cancel, confirm, paymentsOf, review } from '../../src/payouts/batches.ts'
import { bounce } from '../../src/payouts/bounces.ts'
import { expected } from '../../src/payouts/expected.ts'
import { act } from '../../src/payouts/payments.ts'
import { prepare } from '../../src/payouts/prepare.ts'
import { type World, world } from '../world.ts'
import { actorOf, earn, finance, lose, payable } from './payees.ts'

let w: World
let fay: Actor
let gus: Actor
beforeAll(async () => {
  w = await world()
  fay = { ...actorOf(await finance(w, 'Fay'), 'anyone'), finance: true }
  gus = { ...actorOf(await finance(w, 'Gus'), 'anyone'), finance: true }
})
afterAll(() => w.close())

type Sent = { batchId: string; id: string }
const backs = {
  bounced: async ({ id }: Sent) => {
    await w.as(fay, (ctx) => act(ctx, 'settle', [id]))
    await w.as(fay, (ctx) => bounce(ctx, id, 'This account is closed.'))
  },
  failed: ({ id }: Sent) => w.as(fay, (ctx) => act(ctx, 'fail', [id], { reason: 'This account is closed.' })),
  cancelled: ({ batchId }: Sent) => w.as(fay, (ctx) => cancel(ctx, batchId, 'Nobody sent it.')),
}

test.each(Object.entries(backs))(
  'what %s on the next payday is paid on it, and what was earned on it still waits',
  async (name, back) => {
    w.at('2026-12-10T12:00:00Z')
    const { creatorId } = await payable(w, `Zoe ${name}`, 5_000)
    w.at('2026-12-15T12:00:00Z')
    const first = (await w.as(fay, prepare)).batch!
    await w.as(gus, async (ctx) => confirm(ctx, first.id, (await review(ctx, await batchOf(ctx, first.id))).digest))
    w.at('2027-01-15T09:00:00Z')
    await back((await w.within((ctx) => paymentsOf(ctx, first.id)))[0]!)
    await earn(w, creatorId, 700)
    const soon = await w.within((ctx) => expected(ctx, creatorId))
    const { batch, ready } = await w.as(fay, prepare)
    expect([soon.payday.toISOString(), soon.amount.minor]).toEqual(['2027-01-15T11:00:00.000Z', 5_000n])
    expect(ready.map(({ amount }) => amount.minor)).toEqual([5_000n])
    // The same day once more, with a refund in between.
    await w.as(fay, (ctx) => cancel(ctx, batch!.id, 'Wrong day.'))
    await lose(w, creatorId, 1_000)
    expect((await w.as(fay, prepare)).ready.map(({ amount }) => amount.minor)).toEqual([4_700n])
    await lose(w, creatorId, 700)
  },
)
