import { test } from 'vitest'
import { record } from '../src/orders/service.ts'
import { atClock } from '../src/app.ts'
import { world } from './world.ts'
test('bench', async () => {
  const w = await world({ now: '2026-11-20T12:00:00Z' })
  let t = performance.now()
  let cpu = process.cpuUsage()
  const lap = (s: string) => { const c = process.cpuUsage(cpu); console.log(s, Math.round(performance.now() - t), 'cpu', Math.round((c.user + c.system) / 1000)); t = performance.now(); cpu = process.cpuUsage() }
  const mia = await w.creator('Mia')
  lap('creator')
  const lea = await w.creator('Lea')
  lap('creator2')
  const code = await w.within((ctx) => ctx.db.code.findMany({}))
  lap('within')
  const fact = (n: number, c: number) => ({ type: 'order.placed', orderId: `o${n}`, number: `#${n}`, at: '2026-11-20T11:00:00Z', paid: true, test: false, base: { minor: '5000', currency: 'EUR' }, components: {}, codes: [code[c]!.code], shopper: {id: `a${n}`, email: `a${n}`}, items: [] }) as const
  for (let i = 0; i < 50; i++) await w.within((ctx) => record(ctx, 'generic', fact(i, 0)))
  lap('50 orders told')
  for (const m of [mia, lea]) await m.run('settings', { alerts: 'none' })
  lap('2 settings')
  for (let i = 50; i < 100; i++) await w.within((ctx) => record(ctx, 'generic', fact(i, 0)))
  lap('50 orders')
  await w.within(async (ctx) => { for (let i = 100; i < 150; i++) await record(ctx, 'generic', fact(i, 0)) })
  lap('50 orders in one')
  const lane = async (from: number, c: number) => { for (let i = from; i < from + 25; i++) await w.within((ctx) => record(ctx, 'generic', fact(i, c))) }
  await Promise.all([lane(200, 0), lane(300, 1)])
  lap('50 orders in 2 lanes')
  await Promise.all([lane(400, 0), lane(500, 1), lane(600, 0), lane(700, 1)])
  lap('100 orders in 4 lanes')
  await w.app.runJob('deliver')
  lap('deliver')
  const past = atClock(w.app, () => new Date('2026-11-20T13:00:00Z'))
  await past.programs()
  lap('p')
  await w.close()
})
