/** The server side of export.ts, in its own process: a program with many orders, and the pages a manager opens. Says what the client has to know, and answers every message with the most memory that it has held since the last. */
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { openClicks } from '../src/http/clicks.ts'
import { dashboard } from '../src/http/dashboard.ts'
import { exports } from '../src/http/exports.ts'
import { buildServer } from '../src/http/server.ts'
import { ordersFileName } from '../src/insight/orders-file.ts'
import { offerLogin } from '../src/people/login.ts'
import { recognise, setRole } from '../src/people/service.ts'
import { openHouse } from './house-process.ts'

/** `path` opens the short list first and signs in on the way; `commission` is what all lines add up to, in minor units. */
export type Exporting = { port: number; path: string; commission: string }

const CREATORS = 500
const LOOK_MS = 10

const rows = Number(process.argv[2])
const house = await openHouse()
const { app, programId, url } = house
const commission = await plant()
const clicks = openClicks(app, url)
const server = await buildServer(app, clicks, { mounts: [dashboard(app), exports(app)] })
await server.listen({ port: 0, host: '127.0.0.1' })
const path = await app.within(programId, async (ctx) => {
  const account = { platform: 'web', workspace: programId, user: 'ana', userName: 'Ana', programId }
  const { membership } = await recognise(ctx, account)
  await setRole(ctx, membership.personId, 'manager')
  return offerLogin(ctx, membership.personId, `/exports/${ordersFileName('7d')}`)
})

let most = 0
setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, LOOK_MS)
process.on('message', () => {
  process.send!(Math.max(most, process.memoryUsage.rss()))
  most = 0
})
process.once('disconnect', async () => {
  await server.close()
  await house.close()
  process.exit(0)
})
process.send!({ port: (server.server.address() as AddressInfo).port, path, commission } satisfies Exporting)

/** Orders evenly over the last 89 days, a third of them with a part given back. */
async function plant(): Promise<string> {
  // The house's own connections are given up after thirty silent seconds.
  const owner = new pg.Client(url)
  await owner.connect()
  const series = `FROM generate_series(1, ${rows}) n`
  const at = `now() - interval '89 days' * n / ${rows} - interval '1 minute'`
  const creator = `'crt_' || lpad((n % ${CREATORS})::text, 26, '0')`
  await owner.query(`
    INSERT INTO "Person" (id, name, "createdAt") SELECT 'per_x' || n, 'Creator ' || n, now() FROM generate_series(0, ${CREATORS - 1}) n;
    INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "appliedAt", "createdAt")
      SELECT ${creator}, '${programId}', 'per_x' || n, 'approved', 'Creator ' || n, '@c' || n, 'beauty', 'DE', 'c@example.com', now(), now()
      FROM generate_series(0, ${CREATORS - 1}) n;
    INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, "paidAt", "creatorId", rule, "createdAt")
      SELECT 'ord_' || n, '${programId}', 'shopify', n, '#' || n, ${at}, 'EUR', 1000 + n % 9000, '{}', '[]', now(), ${creator}, 'code', now() ${series};
    INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because, "leftBase", "leftMinor")
      SELECT 'lin_' || lpad(n::text, 26, '0'), '${programId}', 'ord_' || n, ${creator}, 1000 + n % 9000, 1000, (1000 + n % 9000) / 10, 'EUR', ${at}, '{}',
        CASE WHEN n % 3 = 0 THEN 500 END, CASE WHEN n % 3 = 0 THEN 50 END ${series};
    ANALYZE`)
  const { rows: found } = await owner.query<{ sum: string }>(`SELECT sum(minor)::text AS sum FROM "Line"`)
  await owner.end()
  return found[0]!.sum
}
