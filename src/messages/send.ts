/** Says what is planned and due, some persons in one transaction: what was half done when the process died was not done. */
import type { Context } from '../context.ts'
import type { Membership, Message } from '../db/generated/client.ts'
import { endHeld, heldFor } from '../db/outbox.ts'
import type { JobContext } from '../job.ts'
import type { Card } from '../kernel/card.ts'
import { addDays, days, hours, instantOf, localDay, minutes } from '../kernel/time.ts'
import { hushedFor, readerOf } from '../people/settings.ts'
import { asMail, MOST_WAITED } from './cards.ts'
import { compose } from './compose.ts'
import { stillFits } from './nudges.ts'
import { lockPushes, mayRing } from './push.ts'
import { type MessageKind, MORNING, STALE_DAYS } from './rules.ts'
import { stopPath } from './stop.ts'

/** Said in one ring of the job; the rest waits for the next, so that one program keeps no other waiting. */
const AT_ONCE = 1_500
const TRIES = 5
/** What is said by itself is planned a day before its hour, may come three days late and wait for one more morning; then it is stale. */
const KEEPS_HOURS = 26 + 72 + 24

/** Said in one transaction; half of them are never said. */
const TOGETHER = 20

/** Says what is due in a program; gives how many were done. Stops early when `more` says no. */
export async function sendDue(app: JobContext, programId: string, more: () => boolean = () => true): Promise<number> {
  const failed: string[] = []
  // Where one of them fails, the next ones are said one by one, until that one is found.
  let alone = 0
  let done = 0
  while (done < AT_ONCE && more()) {
    const tried: Message[] = []
    const most = alone > 0 ? 1 : TOGETHER
    try {
      const said = await app.within(programId, async (ctx) => {
        tried.length = 0
        const due = await claim(ctx, failed, most)
        for (const message of due) {
          tried.push(message)
          await sayOne(ctx, message)
        }
        return due.length
      })
      if (said === 0) break
      done += said
      alone -= said
    } catch (err) {
      const message = tried.at(-1)
      if (!message) throw err
      if (most > 1) {
        alone = TOGETHER
        continue
      }
      app.log.error({ err, kind: message.kind, period: message.period }, 'a message could not be said')
      failed.push(message.personId)
      await app.within(programId, (ctx) => later(ctx, message))
    }
  }
  return done
}

/** In the order of the persons, for each of them is locked until the end; of one person's at one time, news come before hints. */
async function claim(ctx: Context, not: string[], most: number): Promise<Message[]> {
  const due = await ctx.db.$queryRaw<Message[]>`
    SELECT * FROM "Message" WHERE "programId" = ${ctx.program.id} AND state = 'planned' AND "dueAt" <= ${ctx.now}
      AND NOT ("personId" = ANY(${not}))
    ORDER BY "dueAt", "personId", kind, period LIMIT ${most} FOR UPDATE SKIP LOCKED`
  return due.sort((a, b) => (a.personId < b.personId ? -1 : a.personId > b.personId ? 1 : 0))
}

const keyOf = ({ programId, personId, kind, period }: Message) => ({
  programId_personId_kind_period: { programId, personId, kind, period },
})

async function later(ctx: Context, message: Message): Promise<void> {
  if (message.tries + 1 >= TRIES) return end(ctx, message, 'skipped', 'failed')
  const data = { tries: { increment: 1 }, dueAt: minutes(ctx.now, 5 * (message.tries + 1)) }
  await ctx.db.message.update({ where: keyOf(message), data })
}

async function end(ctx: Context, message: Message, state: 'sent' | 'skipped', why: string): Promise<void> {
  await ctx.db.message.update({ where: keyOf(message), data: { state, why, doneAt: ctx.now } })
}

async function postpone(ctx: Context, message: Message, dueAt: Date): Promise<void> {
  await ctx.db.message.update({ where: keyOf(message), data: { dueAt } })
}

/** Says one message, or puts it off, or leaves it out with the reason. */
async function sayOne(ctx: Context, message: Message): Promise<void> {
  const { personId, period } = message
  const kind = message.kind as MessageKind
  const reader = await readerOf(ctx.db, ctx.program, personId)
  if (!reader || reader.mergedInto !== null) return end(ctx, message, 'skipped', 'gone')
  if (reader.reach === 'off' || reader.alerts === 'none' || reader.muted.includes(kind))
    return end(ctx, message, 'skipped', 'stopped')
  if (kind !== 'news' && ctx.now > hours(message.createdAt, KEEPS_HOURS)) return end(ctx, message, 'skipped', 'too late')
  if (kind === 'nudge' && !(await stillFits(ctx, personId, period))) return end(ctx, message, 'skipped', 'not needed')
  if (reader.pausedUntil && reader.pausedUntil > days(ctx.now, STALE_DAYS)) return end(ctx, message, 'skipped', 'paused')
  const until = hushedFor(ctx.program, reader, ctx.now)
  if (until > ctx.now) return postpone(ctx, message, until)
  await lockPushes(ctx, personId)
  const zone = reader.zone ?? ctx.program.zone
  const leads = kind === 'digest' || kind === 'brief'
  const held = leads ? await heldFor(ctx.db, ctx.program.id, personId, MOST_WAITED) : []
  const said = await compose[kind](ctx, { personId, zone, period, waited: held.map((one) => one.card) })
  if (typeof said === 'string') return end(ctx, message, 'skipped', said)
  const key = `${kind}:${period}`
  const mails = reader.reach === 'mail' && ctx.mails
  // A post of the chat passes the law when it rings; a mail, and what leads the day, passes it here.
  if ((leads || mails) && (await mayRing(ctx, { personId, zone }, kind, key)) !== 'go')
    return postpone(ctx, message, instantOf(addDays(localDay(ctx.now, zone), 1), MORNING, zone))
  const way = await reach(ctx, reader, { kind, key, card: said, mails })
  if (way === undefined) return end(ctx, message, 'skipped', 'no way to reach')
  const ids = held.map((one) => one.id)
  if (ids.length > 0) await endHeld(ctx.db, ids, 'folded', ctx.now)
  await end(ctx, message, 'sent', way)
}

type Words = { kind: MessageKind; key: string; card: Card; mails: boolean }

/** By the way the reader chose; the way it went, or undefined where there is none. */
async function reach(ctx: Context, reader: Membership, { kind, key, card, mails }: Words): Promise<string | undefined> {
  const { personId } = reader
  if (mails) {
    const to = await addressFor(ctx, personId)
    if (to !== undefined) {
      const stopUrl = ctx.url(stopPath(ctx, personId, kind))
      await ctx.mail(to, `${key}:${personId}`, asMail(card, { stopUrl, openUrl: ctx.url('/dashboard') }), undefined, stopUrl)
      return 'mail'
    }
  }
  await ctx.show({ person: personId }, key, card, { unasked: kind })
  const audience = `person:${personId}`
  const posted = await ctx.db.outbox.count({ where: { programId: ctx.program.id, kind: 'post', audience, key } })
  return posted > 0 ? 'chat' : undefined
}

/** The address that a person signs in with, or else the one they applied with. */
export async function addressFor(ctx: Context, personId: string): Promise<string | undefined> {
  const own = { personId, platform: 'email', workspace: ctx.program.id }
  const proven = await ctx.db.identity.findFirst({ where: own, orderBy: { createdAt: 'asc' }, select: { externalId: true } })
  if (proven) return proven.externalId
  const creator = await ctx.db.creator.findFirst({ where: { programId: ctx.program.id, personId }, select: { email: true } })
  return creator?.email || undefined
}
