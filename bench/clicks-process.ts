/** The server side of clicks.ts, in its own process: tracking links as they run, with their clicks on the way to the database at the given address. Says its port, and answers every message with its processor time so far, in µs. */
import type { AddressInfo } from 'node:net'
import { openClicks } from '../src/http/clicks.ts'
import { buildServer } from '../src/http/server.ts'
import { openHouse } from './house-process.ts'

const [url = '', links = '100000'] = process.argv.slice(2)
const house = await openHouse(url, { TRUST_PROXY: '1' })
await house.app.database.owner.query(
  `INSERT INTO "Link" (id, "programId", "creatorId", slug, destination, "createdAt")
   SELECT 'lnk_' || lpad(n::text, 26, '0'), $1, 'crt_bench', 'creator-' || n, 'https://www.shop.example/p/' || n, now() FROM generate_series(0, $2::int - 1) n`,
  [house.programId, links],
)
const clicks = openClicks(house.app, url)
await clicks.start()
const server = await buildServer(house.app, clicks, { mounts: [] })
await server.listen({ port: 0, host: '127.0.0.1' })
process.send!((server.server.address() as AddressInfo).port)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!(user + system)
})
process.once('disconnect', async () => {
  await server.close()
  await clicks.stop()
  await house.close()
  process.exit(0)
})
