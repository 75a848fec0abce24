import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import { openClicks } from '../../src/http/clicks.ts'
import { buildServer } from '../../src/http/server.ts'
import { audit } from '../../src/ledger/audit.ts'
import { balances } from '../../src/ledger/service.ts'
import { createLog } from '../../src/log.ts'
import { enlist } from '../rooms/shop.ts'
import { secretOf, type World, world } from '../world.ts'

let w: World
let second: App
beforeAll(async () => {
  w = await world()
  const { sealer } = w.app
  const config = { ...w.app.config, DATA_DIR: `${w.app.config.DATA_DIR}/second` }
  second = await createApp({ config, sealer, log: createLog('fatal'), databaseUrl: w.url, clock: () => w.now })
})
afterAll(async () => {
  await second.close()
  await w.close()
})

test('the same webhook five times at two servers, taken in by two workers at once: one order, one commission, one refund', async () => {
  const mia = await enlist(w, 'Mia')
  const { server } = await w.serve()
  const other = await buildServer(second, openClicks(second, w.url), { mounts: [] })
  const secret = await secretOf(w.app, w.programId, 'generic')
  const at = '2026-11-20T11:00:00Z'
  const order = { type: 'order.created', data: { id: '1', number: '#1', at, currency: 'EUR', total: '80.00', codes: [mia.code] } }
  const refund = { type: 'order.refunded', data: { id: 'r', order_id: '1', at, currency: 'EUR', base: '20.00' } }
  const send = (door: typeof server, id: string, event: object) => {
    const payload = JSON.stringify(event)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(w.now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, w.now, payload),
    }
    return door.inject({ method: 'POST', url: `/hooks/generic/${w.programId}`, headers, payload })
  }
  const work = () => Promise.all([w.app.runJob('absorb'), second.runJob('absorb')])
  const five = (id: string, event: object) => [0, 1, 2, 3, 4].map((n) => send(n % 2 === 0 ? server : other, id, event))
  const [answers] = await Promise.all([Promise.all([...five('msg_r', refund), ...five('msg_o', order)]), work()])
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 202, 202])
  await work()
  expect(await w.within((ctx) => ctx.db.order.count())).toBe(1)
  expect(await w.within((ctx) => ctx.db.line.count())).toBe(1)
  expect(await w.within(async (ctx) => (await balances(ctx, mia.creatorId)).pending.minor)).toBe(600n)
  expect(await w.within(audit)).toEqual([])
  await other.close()
})
