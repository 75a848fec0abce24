// The server side of webhooks.ts, in its own process: Troupe's intake as it runs, and a bare one that inserts the same bytes. Says
// where they listen, and answers every message with its processor time so far, in µs.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { openClicks } from '../src/http/clicks.ts'
import { buildServer } from '../src/http/server.ts'
import { openHouse } from './house-process.ts'

/** What the load has to know; `url` is the database's. */
export type Intakes = { ours: number; bare: number; programId: string; secret: string; url: string }

const house = await openHouse()
const clicks = openClicks(house.app, house.url)
await clicks.start()
const server = await buildServer(house.app, clicks, { mounts: [] })
await server.listen({ port: 0, host: '127.0.0.1' })

const row = await house.app.database.within(house.programId, (db) =>
  db.connection.findUniqueOrThrow({ where: { programId_source: { programId: house.programId, source: 'generic' } } }),
)
const bare = await bareIntake(house.url)
process.send!({
  ours: (server.server.address() as AddressInfo).port,
  bare: bare.port,
  programId: house.programId,
  secret: house.app.sealer.unseal(Buffer.from((row.secrets as string[])[0]!, 'base64')).toString(),
  url: house.url,
} satisfies Intakes)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!(user + system)
})
process.once('disconnect', async () => {
  await bare.close()
  await server.close()
  await clicks.stop()
  await house.close()
  process.exit(0)
})

/** One prepared INSERT of the same bytes a request, committed before the answer: what a kept webhook costs at least. */
async function bareIntake(url: string): Promise<{ port: number; close: () => Promise<void> }> {
  const pool = new pg.Pool({ connectionString: url, max: 16 })
  await pool.query('CREATE TABLE bare (id bigserial primary key, body bytea, at timestamptz default now())')
  const intake = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    await pool.query({ name: 'bare', text: 'INSERT INTO bare (body) VALUES ($1)', values: [Buffer.concat(chunks)] })
    response.writeHead(202).end()
  })
  intake.listen(0, '127.0.0.1')
  await once(intake, 'listening')
  const close = async () => {
    intake.closeAllConnections()
    intake.close()
    await pool.end()
  }
  return { port: (intake.address() as AddressInfo).port, close }
}
