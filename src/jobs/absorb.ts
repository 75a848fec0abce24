import type { Delivery } from '../connector.ts'
import type { Context } from '../context.ts'
import { claimHeard, finish, postpone } from '../db/inbox.ts'
import { type JobContext, job } from '../job.ts'
import { buttons, type Card, card, code, paragraph, text, toned } from '../kernel/card.ts'
import type { Fact } from '../kernel/fact.ts'
import { Refusal } from '../kernel/refusal.ts'
import { minutes } from '../kernel/time.ts'
import { heardFrom } from '../orders/shop.ts'
import { take } from '../orders/take.ts'
import { hashIn, kindOf } from '../programs/rules-shops.ts'
import { celebrateSale, tellSales } from '../recognition/wins.ts'
import { hear } from '../results/import.ts'
import { watchful } from '../trust/persons.ts'

type Row = Awaited<ReturnType<typeof claimHeard>>[number]

/** Minutes until the next try of a delivery that failed; after the last one it is parked. */
const pauses = [0.25, 0.75, 2, 7]
/** A click is shipped seconds after it was made; for so long its order waits for it. */
const CLICK_WAIT_MINUTES = 2
/** While many come in, the cards that count them are made anew no more often. */
const TELL_EVERY_MS = 10_000

export default job({
  about: 'Turns what shops sent into orders and money, each delivery once and in one transaction',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      let told = app.clock()
      while (!app.leaving() && (await absorbOne(app, programId))) {
        if (app.clock().getTime() - told.getTime() < TELL_EVERY_MS) continue
        await app.within(programId, tellSales)
        told = app.clock()
      }
      await app.within(programId, tellSales)
    }
  },
})

/** Takes the oldest delivery that waits; false when there is none. What fails is tried again later, and parked in the end. */
async function absorbOne(app: JobContext, programId: string): Promise<boolean> {
  let claimed: Row | undefined
  try {
    return await app.within(programId, async (ctx) => {
      claimed = undefined
      const [row] = await claimHeard(ctx.db, programId, 1, ctx.now)
      if (!row) return false
      claimed = row
      const facts = await factsOf(app, ctx, row)
      await absorb(ctx, row, facts)
      await finish(ctx.db, row.id, { state: 'done', doneAt: ctx.now, ...kept(facts) })
      return true
    })
  } catch (error) {
    if (!claimed) throw error
    await setAside(app, programId, claimed, error)
    return true
  }
}

/** What a delivery says; once its body was dropped, what was read from it then. */
async function factsOf(app: JobContext, ctx: Context, row: Row): Promise<Fact[]> {
  if (!row.body) return (row.facts ?? []) as Fact[]
  const connector = app.connectors.get(kindOf(row.source))
  if (!connector)
    throw new Refusal('invalid', `Nothing here reads deliveries of ${row.source}.`, 'Connect the shop again with /setup program.')
  const { headers, body } = JSON.parse(app.sealer.unseal(row.body).toString('utf8')) as {
    headers: Delivery['headers']
    body: string
  }
  const delivery = { headers, body: Buffer.from(body, 'base64') }
  const shop = connector.shop?.(delivery)
  if (shop !== undefined) await heardFrom(ctx, row.source, shop)
  const eyes = watchful(ctx)
  const facts = connector.facts(delivery, { hash: hashIn(row.source, eyes.hash), heardAt: row.receivedAt.toISOString() })
  await eyes.keep(ctx)
  return facts
}

/** Of a shopper who is to be forgotten not even the wish itself is kept with what it said. */
function kept(facts: Fact[]): { facts: Fact[]; body?: null } {
  const forgets = facts.some((fact) => fact.type === 'shopper.asked' && fact.wish === 'forget')
  if (!forgets) return { facts }
  return { facts: facts.map((fact) => (fact.type === 'shopper.asked' ? { ...fact, shopper: {} } : fact)), body: null }
}

async function absorb(ctx: Context, row: Row, facts: Fact[]): Promise<void> {
  for (const fact of facts) if (fact.type === 'post.measured') await hear(ctx, fact)
  const waitForClick = ctx.now < minutes(row.receivedAt, CLICK_WAIT_MINUTES)
  for (const outcome of await take(ctx, row.source, facts, { waitForClick })) {
    if (outcome.kind === 'credited') await celebrateSale(ctx, { creatorId: outcome.creatorId, orderId: outcome.orderId })
  }
}

/** A delivery that cannot be read is parked at once; any other failure gets its tries first. */
async function setAside(app: JobContext, programId: string, row: Row, error: unknown): Promise<void> {
  const refusal = error instanceof Refusal ? error : undefined
  const pause = refusal ? undefined : pauses[row.tries]
  const words = (error instanceof Error ? error.message : String(error)).slice(0, 500)
  if (pause !== undefined) app.log.warn({ err: error, inbox: row.id }, 'a delivery will be tried again')
  else app.log[refusal ? 'warn' : 'error']({ err: error, inbox: row.id }, 'a delivery was parked')
  await app.within(programId, async (ctx) => {
    if (pause !== undefined) return postpone(ctx.db, row.id, words, minutes(ctx.now, pause))
    await finish(ctx.db, row.id, { state: 'parked', error: words, doneAt: ctx.now })
    await ctx.show({ channel: 'managers' }, `parked:${row.id}`, parkedCard(row, refusal))
  })
}

const parkedCard = (row: Row, refusal: Refusal | undefined): Card =>
  toned(
    'warn',
    card(
      'A delivery was parked',
      paragraph(text`${row.source} sent something that could not be taken in. It was kept and changed nothing.`),
      refusal ? refusal.sentence : `It failed ${pauses.length + 1} times; the log has the reason.`,
      refusal?.fix !== undefined && refusal.fix,
      paragraph(text`Reference ${code(row.id)}`),
      buttons({ label: 'Retry', run: 'retry', given: { delivery: row.id } }, { label: 'Look at parked', run: 'parked' }),
    ),
  )
