/** POST /hooks/:source/:program → verify, keep once, 202. What was answered with 2xx is durable. */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import type { Connector, Delivery } from '../connector.ts'
import { firstHeard, type Heard, hear, hearAll, hearOnceMore, refusesRow, secretsOf } from '../db/inbox.ts'
import { together } from '../db/together.ts'
import { card, code, paragraph, text, toned } from '../kernel/card.ts'
import { isId } from '../kernel/id.ts'
import { readJson } from '../kernel/json.ts'
import { Refusal } from '../kernel/refusal.ts'
import { kindOf } from '../programs/rules-shops.ts'

export const bodyLimit = 1024 * 1024
/** So much of sealed bodies goes into one statement. */
const BATCH_BYTES = 4 * 1024 * 1024

/** Registers the intake in its own scope, so that only here bodies stay raw. */
export async function hooks(server: FastifyInstance, app: App): Promise<void> {
  const desk = openDesk(app)
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body))
    // The signature is the limit here: a shop's burst must not be turned away.
    scope.post('/hooks/:source/:program', { config: { rateLimit: false } }, (request, reply) =>
      take(app, desk, request as HookRequest, reply),
    )
  })
}

type HookRequest = FastifyRequest<{ Params: { source: string; program: string } }>
type Desk = ReturnType<typeof openDesk>

/** Where a burst shares its look at the secrets, each time anew for a rotation to count at once, and its commit. */
function openDesk(app: App) {
  const secrets = together(async (address: string, deliveries: Delivery[]) => {
    const [programId = '', source = ''] = address.split('/')
    const sealed = await secretsOf(app.database.pool, programId, source)
    const plain = sealed.map((one) => app.sealer.unseal(Buffer.from(one, 'base64')).toString('utf8'))
    return deliveries.map(() => plain)
  })
  const kept = together(
    async (programId: string, all: Heard[]) => {
      const fresh = await hearAll(app.database.pool, programId, all)
      if (fresh.includes(true)) app.ring('absorb')
      return fresh
    },
    { weigh: (heard) => heard.body.length, heaviest: BATCH_BYTES, blames: refusesRow },
  )
  return { secrets, kept }
}

async function take(app: App, desk: Desk, request: HookRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { source, program: programId } = request.params
  const connector = app.connectors.get(kindOf(source))
  const delivery: Delivery = {
    headers: flat(request.headers),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  }
  // Answered for every address alike, so it tells nothing about which of them are programs.
  if (connector?.isGreeting?.(delivery)) return reply.code(200).send({ received: true })
  const secrets = connector && isId('program', programId) ? await desk.secrets(`${programId}/${source}`, delivery) : []
  const now = app.clock()
  // An unknown source or program looks like a wrong signature, so that nobody can list either.
  if (!connector?.verify(delivery, secrets, now)) return reply.code(401).send({ error: 'The signature is missing or wrong.' })
  try {
    readJson(delivery.body)
  } catch (error) {
    if (error instanceof Refusal) return reply.code(400).send({ error: error.sentence })
    throw error
  }
  const heard = heardOf(app, connector, source, programId, delivery, now)
  if (await desk.kept(programId, heard)) return reply.code(connector.onConflict === 409 ? 202 : 200).send({ received: true })
  const { same, state } = await again(app, heard)
  if (same || connector.onConflict === 200) return reply.code(200).send({ received: true, duplicate: true, state })
  return reply.code(409).send({ error: 'This id was received before with another body; the first one counts.' })
}

function heardOf(
  app: App,
  connector: Connector,
  source: string,
  programId: string,
  { headers, body }: Delivery,
  now: Date,
): Heard {
  return {
    id: app.newId('inbox', now),
    programId,
    source,
    externalId: connector.externalId({ headers, body }).slice(0, 250),
    bodyHash: createHash('sha256').update(body).digest('hex'),
    body: Uint8Array.from(app.sealer.seal(JSON.stringify({ headers, body: body.toString('base64') }))),
    receivedAt: now,
  }
}

/** An id that came before: the first one counts, and another body is parked for a manager to see. */
async function again(app: App, heard: Heard): Promise<{ same: boolean; state: string }> {
  const { programId, source, externalId, bodyHash } = heard
  return app.within(programId, async (ctx) => {
    if (await hearOnceMore(ctx.db, heard)) ctx.ring('absorb')
    const first = await firstHeard(ctx.db, programId, source, externalId)
    if (first.bodyHash === bodyHash) return { same: true, state: first.state }
    const second = { ...heard, externalId: `${externalId}#${bodyHash.slice(0, 16)}` }
    const { fresh, row } = await hear(ctx.db, second, 'parked')
    if (fresh) {
      const error = 'The same id came before with another body; the first one counts.'
      await ctx.db.inbox.update({ where: { id: row.id }, data: { error } })
      await ctx.show({ channel: 'managers' }, `parked:${row.id}`, conflictCard(source, externalId, row.id))
    }
    return { same: false, state: first.state }
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

/** Header names in lower case, values as one string; anything longer than 4 kB is cut, for no signature is that long. */
function flat(headers: FastifyRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      String(Array.isArray(value) ? value.join(',') : (value ?? '')).slice(0, 4_096),
    ]),
  )
}
