import { due as campaigns } from '../campaigns/due.ts'
import { remindLate } from '../content/queue.ts'
import { due as tellDecisions } from '../content/tell.ts'
import type { Context } from '../context.ts'
import { forgetDrafts } from '../db/inbox.ts'
import { due as gifts } from '../gifts/service.ts'
import { due as lists } from '../insight/more.ts'
import { type JobContext, job } from '../job.ts'
import { due as news } from '../ledger/announce.ts'
import { due as ledger } from '../ledger/mature.ts'
import { due as offers } from '../links/offers-due.ts'
import { due as questions } from '../moments/questions.ts'
import { due as moments } from '../moments/service.ts'
import { dueGiven as given } from '../orders/give-tier.ts'
import { settleWaiting } from '../orders/service.ts'
import { dueTiers as tiers } from '../orders/tiers.ts'
import { due as waiting } from '../orders/waiting.ts'
import { due as claims } from '../people/claims.ts'
import { due as logins } from '../people/login.ts'
import { dropHeard } from '../privacy/retention.ts'
import { due as terms } from '../programs/change.ts'
import { due as badges } from '../recognition/badges.ts'
import { celebrateApproval, celebrateSale, tellSales as wins } from '../recognition/wins.ts'
import { due as galleries } from '../reuse/service.ts'
import { due as incentives } from '../rewards/incentives.ts'
import { due as wishes } from '../rewards/service.ts'
import { due as rights } from '../rights/expiry.ts'

/** Raw bodies and answered calls that became old lately; the night looks at all. */
const inbox = (ctx: Context): Promise<number> => dropHeard(ctx, { lately: true })

const drafts = (ctx: Context): Promise<number> => forgetDrafts(ctx.db, ctx.program.id, ctx.now)

/** Orders that waited for a rate or for a name are decided once it has come, and celebrated like any other. */
async function orders(ctx: Context): Promise<number> {
  const outcomes = await settleWaiting(ctx)
  for (const outcome of outcomes)
    if (outcome.kind === 'credited') await celebrateSale(ctx, { creatorId: outcome.creatorId, orderId: outcome.orderId })
  return outcomes.filter(({ kind }) => kind !== 'nothing').length
}

/** Creators are told what was decided once it can no longer be undone, and approvals are celebrated then. */
async function decisions(ctx: Context): Promise<number> {
  const told = await tellDecisions(ctx)
  for (const { id, state, creatorId } of told)
    if (state === 'approved') await celebrateApproval(ctx, { creatorId, submissionId: id })
  return told.length
}

const late = async (ctx: Context): Promise<number> => Number(await remindLate(ctx))

/** What has come due, room by room; each says how much it did. */
const rooms: Record<string, (ctx: Context) => Promise<unknown>> = {
  terms,
  offers,
  news,
  tiers,
  given,
  orders,
  wins,
  ledger,
  campaigns,
  gifts,
  moments,
  questions,
  decisions,
  late,
  // What falls out of a gallery by itself is nothing that rights has to ask anybody to take down.
  galleries,
  rights,
  badges,
  incentives,
  wishes,
  logins,
  claims,
  inbox,
  drafts,
  waiting,
  lists,
}

/** A room that always finds more would keep the others waiting. */
const ROUNDS = 100

export default job({
  about: 'Everything whose date has come, room by room: holds, missions, what is kept no longer',
  everySeconds: 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) {
      for (const [room, due] of Object.entries(rooms)) {
        if (!(await sweep(app, programId, room, due))) failed.push(`${room} of ${programId}`)
      }
    }
    if (failed.length > 0) throw new Error(`What is due could not be done in ${failed.join(', ')}.`)
  },
})

/** One room in transactions of its own, so that a bad one does not stop the others. */
async function sweep(
  app: JobContext,
  programId: string,
  room: string,
  due: (ctx: Context) => Promise<unknown>,
): Promise<boolean> {
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const done = await app.within(programId, due)
      if (typeof done !== 'number' || done === 0) break
    }
    return true
  } catch (error) {
    app.log.error({ err: error, room, programId }, 'a room could not do what is due')
    return false
  }
}
