/** POST /hooks/:source/:program → verify, keep once, 202. What was answered with 2xx is durable. */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import type { Connector, Delivery } from '../connector.ts'
import { hear } from '../db/inbox.ts'
import { card, code, paragraph, text, toned } from '../kernel/card.ts'
import { isId } from '../kernel/id.ts'
import { readJson } from '../kernel/json.ts'
import { Refusal } from '../kernel/refusal.ts'

export const bodyLimit = 1024 * 1024

/** Registers the intake in its own scope, so that only here bodies stay raw. */
export async function hooks(server: FastifyInstance, app: App): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body))
    // The signature is the limit here: a shop's burst must not be turned away.
    scope.post('/hooks/:source/:program', { config: { rateLimit: false } }, (request, reply) =>
      take(app, request as HookRequest, reply),
    )
  })
}

type HookRequest = FastifyRequest<{ Params: { source: string; program: string } }>

async function take(app: App, request: HookRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { source, program: programId } = request.params
  const connector = app.connectors.get(source)
  const delivery: Delivery = {
    headers: flat(request.headers),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  }
  const secrets = connector && isId('program', programId) ? await secretsOf(app, programId, source) : []
  // An unknown source or program looks like a wrong signature, so that nobody can list either.
  if (!connector?.verify(delivery, secrets, app.clock()))
    return reply.code(401).send({ error: 'The signature is missing or wrong.' })
  try {
    readJson(delivery.body)
  } catch (error) {
    if (error instanceof Refusal) return reply.code(400).send({ error: error.sentence })
    throw error
  }
  const { fresh, same, state } = await keep(app, connector, programId, delivery)
  if (fresh) app.ring('absorb')
  if (fresh) return reply.code(connector.onConflict === 409 ? 202 : 200).send({ received: true })
  if (same || connector.onConflict === 200) return reply.code(200).send({ received: true, duplicate: true, state })
  return reply.code(409).send({ error: 'This id was received before with another body; the first one counts.' })
}

async function keep(app: App, connector: Connector, programId: string, delivery: Delivery) {
  const bodyHash = createHash('sha256').update(delivery.body).digest('hex')
  const externalId = connector.externalId(delivery).slice(0, 250)
  const sealed = Uint8Array.from(
    app.sealer.seal(JSON.stringify({ headers: delivery.headers, body: delivery.body.toString('base64') })),
  )
  return app.within(programId, async (ctx) => {
    const heard = { programId, source: connector.source, bodyHash, body: sealed, receivedAt: ctx.now }
    const { fresh, row } = await hear(ctx.db, { id: ctx.id('inbox'), externalId, ...heard })
    const same = row.bodyHash === bodyHash
    if (!fresh && !same) {
      const second = await hear(
        ctx.db,
        { id: ctx.id('inbox'), externalId: `${externalId}#${bodyHash.slice(0, 16)}`, ...heard },
        'parked',
      )
      if (second.fresh) {
        await ctx.db.inbox.update({
          where: { id: second.row.id },
          data: { error: 'The same id came before with another body; the first one counts.' },
        })
        await ctx.show(
          { channel: 'managers' },
          `parked:${second.row.id}`,
          conflictCard(connector.source, externalId, second.row.id),
        )
      }
    }
    return { fresh, same, state: row.state }
  })
}

const conflictCard = (source: string, externalId: string, inbox: string) =>
  toned(
    'warn',
    card(
      'A delivery was parked',
      paragraph(
        text`${source} sent the id ${code(externalId.slice(0, 80))} twice with different bodies. The first one counts; the second was kept and changed nothing.`,
      ),
      paragraph(text`Compare them in the shop. Reference ${code(inbox)}`),
    ),
  )

async function secretsOf(app: App, programId: string, source: string): Promise<string[]> {
  const row = await app.database.within(programId, (db) =>
    db.connection.findUnique({ where: { programId_source: { programId, source } } }),
  )
  return ((row?.secrets ?? []) as string[]).map((sealed) => app.sealer.unseal(Buffer.from(sealed, 'base64')).toString('utf8'))
}

/** Header names in lower case, values as one string; anything longer than 4 kB is cut, for no signature is that long. */
function flat(headers: FastifyRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      String(Array.isArray(value) ? value.join(',') : (value ?? '')).slice(0, 4_096),
    ]),
  )
}
