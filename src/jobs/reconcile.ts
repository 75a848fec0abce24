import { createHash } from 'node:crypto'
import type { Connector, Delivery } from '../connector.ts'
import type { Context } from '../context.ts'
import type { Connection } from '../db/generated/client.ts'
import { hear } from '../db/inbox.ts'
import { type JobContext, job } from '../job.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { minutes } from '../kernel/time.ts'
import { isKnown } from '../orders/known.ts'
import { tellUnheard } from '../orders/unheard.ts'
import type { Hooks } from '../outward.ts'
import { noteState, silentAccounts } from '../payouts/onboarding.ts'
import { sayState } from '../payouts/rules-onboarding.ts'
import { deliveryOf } from '../platforms/platform.ts'
import { mendedCard, shopTroubleCard, shopWellCard } from '../programs/cards-shops.ts'
import { noteSeen, noteTrouble, noteWell, shopsOf } from '../programs/connections.ts'
import { hashIn, kindOf, shopTitle } from '../programs/rules-shops.ts'
import { keepSecret } from '../programs/secrets.ts'

/** So long a webhook may be under way before it counts as missed. */
const LAG_MINUTES = 10
/** Clocks of shops differ, and what lies on the mark itself is asked for twice. */
const OVERLAP_MINUTES = 5

export default job({
  about: 'Asks connected shops what their webhooks did not bring, and registers webhooks that were dropped',
  everySeconds: 900,
  async run(app, { program, connection: only }) {
    for (const programId of program === undefined ? await app.programs() : [program]) {
      const all = await app.within(programId, shopsOf)
      const wanted = all.filter((one) => only === undefined || one.id === only)
      await Promise.all(wanted.map((connection) => reconcile(app, programId, connection)))
      if (only === undefined) await app.within(programId, tellUnheard)
    }
  },
})

/** One shop; a failure is noted and told when patience is over, and the next round tries again. */
async function reconcile(app: JobContext, programId: string, connection: Connection): Promise<void> {
  const connector = app.connectors.get(kindOf(connection.source))
  if (!connector?.outward) return
  try {
    if (kindOf(connection.source) === 'stripe') await askAccounts(app, programId, connection)
    const hooks = await mendHooks(app, programId, connection)
    const missed = await fetchMissed(app, programId, connection, connector)
    await app.within(programId, (ctx) => tellMended(ctx, connection, hooks, missed))
    if (missed > 0) app.ring('absorb')
  } catch (error) {
    await failed(app, programId, connection, error)
  }
}

const ACCOUNTS_AT_ONCE = 20

/** How creators' own accounts stand of which nothing was heard. One that Stripe does not tell of is asked for again another day. */
async function askAccounts(app: JobContext, programId: string, connection: Connection): Promise<void> {
  for (const { creatorId, account } of await app.within(programId, (ctx) => silentAccounts(ctx, ACCOUNTS_AT_ONCE))) {
    try {
      const said = await app.shops.talk(connection, (_outward, reach) => sayState(reach, account))
      await app.within(programId, (ctx) => noteState(ctx, creatorId, said))
    } catch (err) {
      if (deliveryOf(err)?.kind === 'later') return
      app.log.warn({ err, creatorId }, 'Stripe could not be asked how an account stands')
      await app.within(programId, (ctx) => noteState(ctx, creatorId, {}))
    }
  }
}

async function mendHooks(app: JobContext, programId: string, connection: Connection): Promise<Hooks> {
  const wish = await app.within(programId, async (ctx) => ({
    url: ctx.url(`/hooks/${connection.source}/${programId}`),
    secret: ctx.unseal((connection.secrets as string[])[0] ?? ''),
    round: connection.checkedAt?.toISOString() ?? 'first',
  }))
  const hooks = await app.shops.talk(connection, (outward, reach) => outward.hooks(reach, wish))
  await app.within(programId, async (ctx) => {
    if (hooks.secret !== undefined) await keepSecret(ctx, connection.source, hooks.secret)
    const before = await noteWell(ctx, connection.id, hooks.standing)
    if (before) await ctx.show({ channel: 'managers' }, troubleKey(connection, before.since), shopWellCard(shopTitle(connection)))
  })
  return hooks
}

const troubleKey = ({ id }: Connection, since: string): string => `shop:${id}:trouble:${since}`

/** Reads page by page and keeps what is new; the mark moves when the last page was kept. Gives how much was new. */
async function fetchMissed(app: JobContext, programId: string, connection: Connection, connector: Connector): Promise<number> {
  const now = app.clock()
  const until = minutes(now, -LAG_MINUTES)
  if (connection.seenAt === null || until <= connection.seenAt) return 0
  const range = { since: minutes(connection.seenAt, -OVERLAP_MINUTES), until }
  let missed = 0
  let page: string | undefined
  do {
    const at = page
    const found = await app.shops.talk(connection, (outward, reach) => outward.missed(reach, range, at))
    missed += await app.within(programId, async (ctx) => {
      let fresh = 0
      for (const delivery of found.deliveries) if (await keep(app, ctx, connection.source, connector, delivery)) fresh++
      return fresh
    })
    page = found.next
  } while (page !== undefined)
  await app.within(programId, (ctx) => noteSeen(ctx, connection.id, until))
  return missed
}

/** Into the inbox, as if it had been delivered; false for what was heard or is in the books already. */
async function keep(app: JobContext, ctx: Context, source: string, connector: Connector, delivery: Delivery): Promise<boolean> {
  const externalId = connector.externalId(delivery).slice(0, 250)
  const where = { programId_source_externalId: { programId: ctx.program.id, source, externalId } }
  if (await ctx.db.inbox.findUnique({ where, select: { id: true } })) return false
  if (await nothingNew(ctx, source, connector, delivery)) return false
  const { fresh, row } = await hear(ctx.db, {
    id: ctx.id('inbox'),
    programId: ctx.program.id,
    source,
    externalId,
    bodyHash: createHash('sha256').update(delivery.body).digest('hex'),
    body: Uint8Array.from(app.sealer.seal(JSON.stringify({ headers: delivery.headers, body: delivery.body.toString('base64') }))),
    receivedAt: ctx.now,
  })
  if (fresh) await ctx.db.inbox.update({ where: { id: row.id }, data: { answer: { fetched: true } } })
  return fresh
}

async function nothingNew(ctx: Context, source: string, connector: Connector, delivery: Delivery): Promise<boolean> {
  try {
    const facts = connector.facts(delivery, { hash: hashIn(source, ctx.hash), heardAt: ctx.now.toISOString() })
    return await isKnown(ctx, source, facts)
  } catch (error) {
    // What cannot be read is kept all the same: it is parked where a manager sees it.
    if (error instanceof Refusal) return false
    throw error
  }
}

/** Once for each round that had to mend something. What the first round registers was never there. */
async function tellMended(ctx: Context, connection: Connection, { mended }: Hooks, missed: number): Promise<void> {
  const hooks = connection.checkedAt === null ? [] : mended
  if (hooks.length === 0 && missed === 0) return
  const card = mendedCard(shopTitle(connection), hooks, missed)
  await ctx.show({ channel: 'managers' }, `shop:${connection.id}:mended:${ctx.now.toISOString()}`, card)
}

async function failed(app: JobContext, programId: string, connection: Connection, error: unknown): Promise<void> {
  const why = error instanceof Error ? error.message : String(error)
  const delivery = deliveryOf(error)
  app.log.warn({ err: error, source: connection.source }, 'a shop could not be reconciled')
  if (delivery?.kind === 'later') return
  const final = delivery?.kind === 'gone'
  const fix = final ? delivery.fix : 'Look whether the shop is up; Troupe goes on trying.'
  await app.within(programId, async (ctx) => {
    const { tell, standing } = await noteTrouble(ctx, connection.id, { why: why.slice(0, 300), fix, final })
    must(standing.trouble, 'trouble was noted a moment ago')
    const card = shopTroubleCard(shopTitle(connection), standing.trouble)
    if (tell) await ctx.show({ channel: 'managers' }, troubleKey(connection, standing.trouble.since), card)
  })
}
