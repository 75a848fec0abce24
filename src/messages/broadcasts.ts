/** Newsletters and broadcasts: written, looked at, tried on oneself, sent at each reader's hour, stopped, counted. */
import { audienceMembers } from '../campaigns/audience.ts'
import { audienceOf } from '../campaigns/rules-audience.ts'
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Broadcast } from '../db/generated/client.ts'
import { dropPushes } from '../db/withdrawn.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addMonths, hours, instantOf, localDay, localTime } from '../kernel/time.ts'
import { knownWords } from '../moments/queries.ts'
import { asMail, newsCard } from './cards.ts'
import type { Result, Seen } from './cards-broadcasts.ts'
import { wanted, zonesOf } from './plan.ts'
import { AHEAD_HOURS, type Ring } from './rules.ts'
import { newsCap, readTarget } from './rules-broadcasts.ts'
import { addressFor } from './send.ts'
import { stopPath } from './stop.ts'

export type Draft = { title: string; words: string; link?: string | undefined; audience?: string | undefined }

/** Writes a broadcast, or writes a draft anew. Refuses an audience that names nobody. */
export async function write(ctx: Context, draft: Draft, broadcastId?: string): Promise<Broadcast> {
  const target = readTarget(draft.audience, await knownWords(ctx))
  const data = { title: draft.title, words: draft.words, link: draft.link ?? null, ...target }
  if (broadcastId !== undefined) {
    const { id } = await open(ctx, broadcastId, ['draft'])
    return ctx.db.broadcast.update({ where: { id }, data })
  }
  const row = { id: ctx.id('broadcast'), programId: ctx.program.id, createdBy: ctx.actor.personId, createdAt: ctx.now }
  return ctx.db.broadcast.create({ data: { ...row, ...data } })
}

/** Refusal not_found, or conflict when it is no longer in one of these states. Whoever changes it holds its lock. */
async function open(ctx: Context, id: string, states: string[]): Promise<Broadcast> {
  await ctx.db.$queryRaw`SELECT id FROM "Broadcast" WHERE id = ${id} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const row = await broadcastOf(ctx, id)
  if (!states.includes(row.state))
    throw new Refusal(
      'conflict',
      `This broadcast is ${row.state} already.`,
      'Write a new one with /broadcast write.',
      'broadcast',
    )
  return row
}

export async function broadcastOf(ctx: Context, id: string): Promise<Broadcast> {
  const row = await ctx.db.broadcast.findFirst({ where: { id, programId: ctx.program.id } })
  if (!row) throw new Refusal('not_found', 'There is no such broadcast.', 'Pick one from the list.', 'broadcast')
  return row
}

/** Whom it would reach now, and how. */
export async function seenOf(ctx: Context, broadcast: Broadcast): Promise<Seen> {
  const members = await audienceMembers(ctx, audienceOf(broadcast), broadcast.states)
  const rows = await ctx.db.$queryRaw<{ reach: string; n: number }[]>`
    SELECT CASE WHEN NOT (${wanted('news')}) THEN 'off' WHEN m."pausedUntil" > ${ctx.now} THEN 'paused' ELSE m.reach END AS reach, count(*)::int AS n
    FROM "Membership" m WHERE m."programId" = ${ctx.program.id} AND m."personId" = ANY(${members.map(({ personId }) => personId)}) GROUP BY 1`
  const by = (reach: string): number => rows.find((row) => row.reach === reach)?.n ?? 0
  return { fits: members.length, chat: by('chat') + by('dm'), mail: by('mail'), paused: by('paused'), off: by('off') }
}

/** Shows it to the one who writes it, in the chat and, where they have an address, by mail. The way it went. */
export async function tryOut(ctx: Context, id: string): Promise<{ broadcast: Broadcast; mailed: string | null }> {
  const broadcast = await broadcastOf(ctx, id)
  const card = { ...newsCard(broadcast), title: `Test: ${broadcast.title}` }
  const { personId } = ctx.actor
  const key = `news-test:${id}:${ctx.now.toISOString()}`
  await ctx.show({ person: personId }, key, card)
  const to = ctx.mails ? await addressFor(ctx, personId) : undefined
  if (to !== undefined) {
    const stopUrl = ctx.url(stopPath(ctx, personId, 'news'))
    await ctx.mail(to, key, asMail(card, { stopUrl, openUrl: ctx.url('/dashboard') }), undefined, stopUrl)
  }
  return { broadcast, mailed: to ?? null }
}

/** Sends it now, or at a local day and time of each reader. Refuses what would reach nobody, and a time that is over. */
export async function send(
  ctx: Context,
  id: string,
  when?: { day: string; at: string },
): Promise<{ broadcast: Broadcast; seen: Seen }> {
  const broadcast = await open(ctx, id, ['draft'])
  const seen = await seenOf(ctx, broadcast)
  if (seen.chat + seen.mail + seen.paused === 0)
    throw new Refusal('invalid', 'Right now this would reach nobody.', 'Name fewer words in the audience.', 'broadcast')
  const sendAt = when ? instantOf(when.day, when.at, ctx.program.zone) : ctx.now
  if (sendAt < ctx.now) throw new Refusal('too_late', 'That time is over.', 'Give a later day, or leave it empty for now.', 'day')
  if (sendAt > addMonths(ctx.now, 12, ctx.program.zone))
    throw new Refusal('invalid', 'That is more than a year away.', 'Give an earlier day.', 'day')
  const planned = await ctx.db.broadcast.update({ where: { id }, data: { state: 'planned', sendAt } })
  if (!when)
    await planReaders(
      ctx,
      planned,
      (await zonesOf(ctx)).map((zone) => ({ zone, period: id, due: ctx.now })),
    )
  ctx.ring('messages')
  return { broadcast: await broadcastOf(ctx, id), seen }
}

/** Takes a broadcast back; whoever had it keeps it. Gives how many do not get it any more. */
export async function cancel(ctx: Context, id: string): Promise<{ broadcast: Broadcast; stopped: number }> {
  await open(ctx, id, ['draft', 'planned'])
  const where = { programId: ctx.program.id, kind: 'news', period: id, state: 'planned' }
  const data = { state: 'skipped', why: 'cancelled', doneAt: ctx.now }
  const { count } = await ctx.db.message.updateMany({ where, data })
  // What was said and waits for somebody's morning has not rung yet.
  const held = await dropPushes(ctx.db, ctx.program.id, { key: `news:${id}` }, ctx.now)
  await ctx.db.message.updateMany({ where: { ...where, state: 'sent', personId: { in: held } }, data })
  return {
    broadcast: await ctx.db.broadcast.update({ where: { id }, data: { state: 'cancelled' } }),
    stopped: count + held.length,
  }
}

/** What became of it: how many by which way, how many wait, and why others were left out. */
export async function resultOf(ctx: Context, id: string): Promise<Result> {
  const rows = await ctx.db.message.groupBy({
    by: ['state', 'why'],
    where: { programId: ctx.program.id, kind: 'news', period: id },
    _count: true,
  })
  return rows.map(({ state, why, _count }) => ({ state, why, count: _count }))
}

/** Plans those whose hour comes near, and closes those that everybody has. */
export async function dueBroadcasts(ctx: Context): Promise<void> {
  const where = { programId: ctx.program.id, state: 'planned' }
  const soon = await ctx.db.broadcast.findMany({
    where: { ...where, plannedAt: null, sendAt: { lte: hours(ctx.now, AHEAD_HOURS) } },
  })
  for (const broadcast of soon) {
    const [day, at] = [localDay(broadcast.sendAt!, ctx.program.zone), localTime(broadcast.sendAt!, ctx.program.zone)]
    const zones = await zonesOf(ctx)
    await planReaders(
      ctx,
      broadcast,
      zones.map((zone) => ({ zone, period: broadcast.id, due: instantOf(day, at, zone) })),
    )
  }
  await ctx.db.$executeRaw`
    UPDATE "Broadcast" b SET state = 'sent' WHERE b."programId" = ${ctx.program.id} AND b.state = 'planned' AND b."plannedAt" IS NOT NULL
      AND NOT EXISTS (SELECT FROM "Message" m WHERE m."programId" = b."programId" AND m.kind = 'news' AND m.period = b.id AND m.state = 'planned')`
}

/** One statement; the key (person, broadcast) makes it once. Whoever had enough news this week is counted and left out. */
async function planReaders(ctx: Context, { id, audience, states }: Broadcast, rings: Ring[]): Promise<void> {
  const members = await audienceMembers(ctx, audienceOf({ audience }), states)
  await ctx.db.$executeRaw`
    INSERT INTO "Message" ("programId", "personId", kind, period, "dueAt", state, why, "doneAt", "createdAt")
    SELECT m."programId", m."personId", 'news', ${id}, ring.due, CASE WHEN enough.is THEN 'skipped' ELSE 'planned' END,
      CASE WHEN enough.is THEN 'enough this week' END, CASE WHEN enough.is THEN ${ctx.now}::timestamptz END, ${ctx.now}
    FROM "Membership" m
    JOIN jsonb_to_recordset(${JSON.stringify(rings)}::jsonb) AS ring(zone text, period text, due timestamptz)
      ON ring.zone = coalesce(m.zone, ${ctx.program.zone})
    CROSS JOIN LATERAL (SELECT count(*) >= ${newsCap.count} AS is FROM "Message" x WHERE x."programId" = m."programId"
      AND x."personId" = m."personId" AND x.kind = 'news' AND x.state <> 'skipped'
      AND x."dueAt" > ${ctx.now}::timestamptz - make_interval(days => ${newsCap.days})) enough
    WHERE m."programId" = ${ctx.program.id} AND m."personId" = ANY(${members.map(({ personId }) => personId)}) AND ${wanted('news')}
    ON CONFLICT DO NOTHING`
  await ctx.db.broadcast.update({ where: { id }, data: { plannedAt: ctx.now } })
}

/** Broadcasts whose title holds what was typed, newest first. */
export async function suggestBroadcasts(ctx: Context, typed: string): Promise<Suggestion[]> {
  const where = { programId: ctx.program.id, title: { contains: typed, mode: 'insensitive' as const } }
  const rows = await ctx.db.broadcast.findMany({
    where,
    orderBy: { createdAt: 'desc' },
    take: 25,
    select: { id: true, title: true },
  })
  return rows.map(({ id, title }) => ({ label: title, value: id }))
}
