// The server side of intake.ts, in its own process: Troupe's intake as it runs, and the same checks with one transaction for each
// webhook. Says where they listen, and answers every message with its processor time so far, in µs.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hear } from '../src/db/inbox.ts'
import { openClicks } from '../src/http/clicks.ts'
import { buildServer } from '../src/http/server.ts'
import { openHouse } from './house-process.ts'
import type { Intakes } from './webhooks-process.ts'

const house = await openHouse()
const { app, programId } = house
const clicks = openClicks(app, house.url)
await clicks.start()
const server = await buildServer(app, clicks, { mounts: [] })
await server.listen({ port: 0, host: '127.0.0.1' })

const where = { programId_source: { programId, source: 'generic' } }
const row = await app.database.within(programId, (db) => db.connection.findUniqueOrThrow({ where }))
const open = (sealed: string) => app.sealer.unseal(Buffer.from(sealed, 'base64')).toString('utf8')

/** Reads the secret, checks, seals and keeps each delivery in a transaction of its own. */
const alone = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const connector = app.connectors.get('generic')!
  const kept = await app.within(programId, async (ctx) => {
    const { secrets } = await ctx.db.connection.findUniqueOrThrow({ where })
    if (!connector.verify({ headers, body }, (secrets as string[]).map(open), ctx.now)) return false
    const heard = {
      id: ctx.id('inbox'),
      programId,
      source: 'generic',
      externalId: connector.externalId({ headers, body }),
      bodyHash: createHash('sha256').update(body).digest('hex'),
      body: Uint8Array.from(app.sealer.seal(JSON.stringify({ headers, body: body.toString('base64') }))),
      receivedAt: ctx.now,
    }
    return (await hear(ctx.db, heard)).fresh
  })
  response.writeHead(kept ? 202 : 401).end()
})
alone.listen(0, '127.0.0.1')
await once(alone, 'listening')

process.send!({
  ours: (server.server.address() as AddressInfo).port,
  bare: (alone.address() as AddressInfo).port,
  programId,
  secret: open((row.secrets as string[])[0]!),
  url: house.url,
} satisfies Intakes)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!(user + system)
})
process.once('disconnect', async () => {
  alone.closeAllConnections()
  alone.close()
  await server.close()
  await clicks.stop()
  await house.close()
  process.exit(0)
})
