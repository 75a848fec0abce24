/** Carries the calls of the outbox to connected shops: asked once, answered in a transaction of its own. */
import { showKit } from './campaigns/kit.ts'
import type { Context } from './context.ts'
import type { Connection } from './db/generated/client.ts'
import { type Claimed, claimDue, fail, setAside, settle, wait } from './db/outbox.ts'
import type { JobContext } from './job.ts'
import { markOf } from './kernel/discount.ts'
import { minutes } from './kernel/time.ts'
import { type CodeQuestion, codeEnded, codeFailed, codeMade, codeQuestion, type ShopTrouble } from './links/shop-state.ts'
import type { GiftCard, GiftWish, Outward, Reach, Talk } from './outward.ts'
import { giftAnswered, giftQuestion } from './payouts/gifts.ts'
import { sayTransfer, type TransferWish, type Verdict } from './payouts/rules-stripe.ts'
import { transferAnswered, transferLost, transferQuestion } from './payouts/transfers.ts'
import { deliveryOf } from './platforms/platform.ts'
import { shopsOf } from './programs/connections.ts'
import { creditAnswered, creditFailed, creditQuestion } from './rewards/credit.ts'

type Payload = { act: string } & Record<string, string>
type Asked = { connection: Connection; payload: Payload; again: boolean; now: Date }

/** One thing that can be asked of a shop: what is said, and what becomes of the answer. */
type Act<Question, Answer> = {
  /** Read just before; undefined when it is no longer wanted. */
  question: (ctx: Context, asked: Asked) => Promise<Question | undefined>
  say: (outward: Outward, reach: Reach, question: Question, asked: Asked) => Talk<Answer>
  answered: (ctx: Context, answer: Answer, asked: Asked) => Promise<void>
  failed: (ctx: Context, trouble: ShopTrouble, asked: Asked) => Promise<void>
}

const act = <Question, Answer>(definition: Act<Question, Answer>) => ({
  async perform(app: JobContext, programId: string, asked: Asked, settled: (ctx: Context) => Promise<void>): Promise<void> {
    const question = await app.within(programId, (ctx) => definition.question(ctx, asked))
    if (question === undefined) return app.within(programId, settled)
    const answer = await app.shops.talk(asked.connection, (outward, reach) => definition.say(outward, reach, question, asked))
    await app.within(programId, async (ctx) => {
      await definition.answered(ctx, answer, asked)
      await settled(ctx)
    })
  },
  failed: definition.failed,
})

type CodeAnswer = { state: 'live'; ref: string; terms: string } | { state: 'taken' } | { state: 'ended' }

function* sayCode(outward: Outward, reach: Reach, question: CodeQuestion, asked: Asked): Talk<CodeAnswer> {
  if (asked.payload.want === 'ended') {
    yield* outward.endCode(reach, question, question.ref, asked.now)
    return { state: 'ended' }
  }
  const made = yield* outward.makeCode(reach, { ...question, again: asked.again, now: asked.now })
  return made.state === 'taken' ? made : { state: 'live', ref: made.ref, terms: markOf(question) }
}

function* sayGift(outward: Outward, reach: Reach, wish: GiftWish): Talk<GiftCard> {
  if (!outward.giftCard) return { kind: 'refused', why: `${outward.name} makes no gift cards.` }
  return yield* outward.giftCard(reach, wish)
}

const codeOf = ({ payload: { code = '', want = '' }, connection }: Asked) => ({ codeId: code, connectionId: connection.id, want })

const acts = {
  code: act<CodeQuestion, CodeAnswer>({
    question: (ctx, asked) => codeQuestion(ctx, codeOf(asked)),
    say: sayCode,
    async answered(ctx, answer, asked) {
      if (answer.state === 'ended') return codeEnded(ctx, codeOf(asked))
      const stands = answer.state === 'live' ? answer : { state: answer.state, ref: null }
      const changed = await codeMade(ctx, { ...codeOf(asked), ...stands })
      // The kit names the code, so it is shown anew, silently.
      if (changed) await showKit(ctx, changed)
    },
    failed: (ctx, trouble, asked) => codeFailed(ctx, codeOf(asked), trouble),
  }),
  transfer: act<TransferWish, Verdict>({
    question: (ctx, { payload: { payment = '' }, again }) => transferQuestion(ctx, payment, again),
    say: (_outward, reach, wish) => sayTransfer(reach, wish),
    answered: (ctx, verdict, { payload: { payment = '' } }) => transferAnswered(ctx, payment, verdict),
    failed: (ctx, trouble, { payload: { payment = '' } }) => transferLost(ctx, payment, trouble),
  }),
  gift: act<GiftWish, GiftCard>({
    question: (ctx, { payload: { payment = '' } }) => giftQuestion(ctx, payment),
    say: sayGift,
    answered: (ctx, card, { payload: { payment = '' } }) => giftAnswered(ctx, payment, card),
    failed: (ctx, trouble, { payload: { payment = '' } }) => transferLost(ctx, payment, trouble),
  }),
  credit: act<GiftWish, GiftCard>({
    question: (ctx, { payload: { redemption = '' } }) => creditQuestion(ctx, redemption),
    say: sayGift,
    answered: (ctx, card, { payload: { redemption = '' } }) => creditAnswered(ctx, redemption, card),
    failed: (ctx, trouble, { payload: { redemption = '' } }) => creditFailed(ctx, redemption, trouble),
  }),
}

const BATCH = 20
/** A conversation has few requests, each of ten seconds at most. */
const LEASE_MINUTES = 5
const TRIES = 10

/** Performs what is due for the connected shops of a program, each shop beside the others; gives the connections. */
export async function carryCalls(app: JobContext, programId: string): Promise<string[]> {
  const connections = await app.within(programId, shopsOf)
  await Promise.all(connections.map((connection) => drain(app, programId, connection)))
  return connections.map((connection) => connection.id)
}

async function drain(app: JobContext, programId: string, connection: Connection): Promise<void> {
  for (let more = true; more; ) {
    const now = app.clock()
    const claimed = await app.database.within(programId, (db) =>
      claimDue(db, connection.id, now, minutes(now, LEASE_MINUTES), BATCH),
    )
    more = claimed.length === BATCH && !app.leaving()
    for (const [i, row] of claimed.entries()) {
      const until = await perform(app, programId, connection, row)
      if (until === undefined) continue
      // A shop that asks to wait, or is silent, is asked for nothing else before that; none of this was a try.
      for (const other of claimed.slice(i + 1)) await app.database.within(programId, (db) => wait(db, other, until))
      return
    }
  }
}

/** One row; gives the moment before which the whole shop is left alone, if there is one. */
async function perform(app: JobContext, programId: string, connection: Connection, row: Claimed): Promise<Date | undefined> {
  const payload = row.payload as Payload
  const now = app.clock()
  const asked = { connection, payload, again: row.again, now }
  const one = acts[payload.act as keyof typeof acts]
  try {
    await one.perform(app, programId, asked, (ctx) => settle(ctx.db, row, ctx.now))
    return undefined
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    const delivery = deliveryOf(error)
    app.log.warn({ err: error, outbox: row.id, key: row.key, source: connection.source }, 'a call failed')
    if (delivery?.kind === 'later') {
      const until = new Date(now.getTime() + delivery.afterMs)
      await app.database.within(programId, (db) => wait(db, row, until, words))
      return until
    }
    const final = delivery?.kind === 'gone'
    const until = minutes(now, 2 ** Math.min(row.tries, 6) / 4)
    const fix = final ? delivery.fix : 'Look whether the shop can be reached, then try again.'
    await app.within(programId, async (ctx) => {
      if (final) await setAside(ctx.db, row, 'parked', words)
      else await fail(ctx.db, row, words, until)
      await one.failed(ctx, { outboxId: row.id, why: words, fix, parked: final || row.tries + 1 >= TRIES }, asked)
    })
    return final ? undefined : until
  }
}
