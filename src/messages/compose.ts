/** What a digest, brief, nudge or piece of news says to one reader, at the moment it is said. */

import { roomy } from '../campaigns/queries.ts'
import { openMissions } from '../campaigns/service.ts'
import type { Context } from '../context.ts'
import { creatorOfPerson } from '../creators/service.ts'
import type { Creator, Mission } from '../db/generated/client.ts'
import { countsOf } from '../insight/own.ts'
import { worklistOf } from '../insight/queries.ts'
import { type Button, type Card, money, type Text, text } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { addMonths, hours, monthOf, type Range, weekRange } from '../kernel/time.ts'
import { wayOf } from '../orders/tiers.ts'
import { policyOf } from '../programs/rules.ts'
import { rests } from '../programs/schedule.ts'
import { recapNote } from '../recognition/recap.ts'
import { type Brief, briefCard, type Digest, digestCard, newsCard, nudgeCard, type Queue, type Week } from './cards.ts'
import { wordsNow } from './newsletter.ts'
import type { MessageKind } from './rules.ts'
import { nudgeNamed } from './rules-nudges.ts'

export type Reader = { personId: string; zone: string; period: string; waited: Card[] }

/** The card of a planned message; null when there is nothing to say to this reader any more, with the reason as a word. */
export const compose: Record<MessageKind, (ctx: Context, reader: Reader) => Promise<Card | string>> = {
  async digest(ctx, reader) {
    const creator = await creatorOfPerson(ctx, reader.personId)
    return creator?.state === 'approved' ? digestCard(await digestOf(ctx, creator, reader)) : 'not a creator'
  },
  async brief(ctx, reader) {
    const brief = await briefOf(ctx, reader)
    return brief ? briefCard(brief) : 'nothing waits'
  },
  async nudge(_ctx, { period }) {
    const nudge = nudgeNamed(period.split(':')[0]!)
    return nudge ? nudgeCard(nudge) : 'no such step'
  },
  async recap(ctx, { personId, zone }) {
    const creator = await creatorOfPerson(ctx, personId)
    if (creator?.state !== 'approved') return 'not a creator'
    return (await recapNote(ctx, creator.id, monthOf(addMonths(ctx.now, -1, zone), zone), zone)) ?? 'a quiet month'
  },
  async news(ctx, { personId, period }) {
    const found = await ctx.db.broadcast.findFirst({ where: { id: period, programId: ctx.program.id } })
    if (!found || found.state === 'cancelled') return 'cancelled'
    // It was planned a day ahead, and they may have left or been banned since.
    const creator = await creatorOfPerson(ctx, personId)
    if (!creator || !found.states.includes(creator.state)) return 'not for them any more'
    if (found.period !== null && (await rests(ctx, 'newsletter'))) return 'paused'
    const words = await wordsNow(ctx, found)
    return words === '' ? 'nothing to say' : newsCard({ ...found, words })
  },
}

/** The numbers are those of the last whole week where the reader lives. */
async function digestOf(ctx: Context, creator: Creator, { zone, waited }: Reader): Promise<Digest> {
  const week = weekBefore(weekRange(ctx.now, zone), zone)
  const before = weekBefore(week, zone)
  const [now, earlier] = [await weekOf(ctx, creator.id, week), await weekOf(ctx, creator.id, before)]
  const missions = await openFor(ctx, creator.id)
  return {
    name: creator.name,
    now,
    before: earlier,
    step: nextStep(missions[0], now.clicks + now.orders > 0 ? 'lately' : await heardOf(ctx, creator, before.from)),
    missions: missions.slice(0, 2).map(({ id, title, feeMinor, closesAt }) => ({
      id,
      title,
      fee: feeMinor > 0n ? { minor: feeMinor, currency: ctx.program.currency } : null,
      closesAt,
    })),
    tier: await tierWords(ctx, creator),
    waited,
  }
}

/** Not every week has the same hours. */
const weekBefore = ({ from }: Range, zone: string): Range => weekRange(new Date(from.getTime() - 1), zone)

async function weekOf(ctx: Context, creatorId: string, range: Range): Promise<Week> {
  const { clicks, orders, earnedMinor } = await countsOf(ctx, range, creatorId)
  return { clicks, orders, earned: { minor: earnedMinor, currency: ctx.program.currency } }
}

/** Open missions for this creator to which they have handed in nothing yet, and in which a seat is theirs or free. */
async function openFor(ctx: Context, creatorId: string): Promise<Mission[]> {
  const open = await openMissions(ctx, creatorId)
  const done = await ctx.db.submission.findMany({
    where: { programId: ctx.program.id, creatorId, missionId: { in: open.map(({ id }) => id) } },
    select: { missionId: true },
  })
  const fresh = open.filter(({ id }) => done.every(({ missionId }) => missionId !== id))
  const own = { programId: ctx.program.id, creatorId, state: 'claimed' }
  const seats = await ctx.db.seat.findMany({ where: own, select: { missionId: true } })
  const free = await roomy(ctx, fresh)
  return fresh.filter((mission) => free.includes(mission) || seats.some(({ missionId }) => missionId === mission.id))
}

/** Whether anybody came or bought: since then and up to now, or at least ever. */
async function heardOf(ctx: Context, { id: creatorId }: Creator, since: Date): Promise<'lately' | 'once' | 'never'> {
  const own = { programId: ctx.program.id, creatorId }
  const links = await ctx.db.link.findMany({ where: own, select: { id: true } })
  const come = { programId: own.programId, linkId: { in: links.map(({ id }) => id) }, bot: false }
  const any = async (at: { at?: { gte: Date } }): Promise<boolean> =>
    (await ctx.db.line.findFirst({ where: { ...own, ...at }, select: { id: true } })) !== null ||
    (await ctx.db.click.findFirst({ where: { ...come, ...at }, select: { id: true } })) !== null
  if (await any({ at: { gte: since } })) return 'lately'
  return (await any({})) ? 'once' : 'never'
}

function nextStep(mission: Mission | undefined, heard: 'lately' | 'once' | 'never'): Digest['step'] {
  const button: Button = { label: 'Get your link', run: 'link' }
  if (heard === 'never') return { says: 'share your link once. The first click is the hardest.', button }
  if (heard === 'once') return { says: 'share your link again; nobody came by it for two weeks.', button }
  if (mission)
    return { says: `“${mission.title}” fits you.`, button: { label: 'Hand in', run: 'submit', given: { mission: mission.id } } }
  return { says: 'see which of your posts brought the most.', button: { label: 'See my numbers', run: 'stats' } }
}

async function tierWords(ctx: Context, creator: Creator): Promise<Text | null> {
  const { tiers } = policyOf(ctx.program)
  if (!tiers) return null
  const { next, currency } = await wayOf(ctx, tiers, creator)
  if (!next) return null
  const missing: Text =
    tiers.measure === 'orders' ? [plural(Number(next.missing), 'order')] : [money({ minor: next.missing, currency })]
  return text`${missing} to ${next.step.name}`
}

async function briefOf(ctx: Context, { personId, waited }: Reader): Promise<Brief | null> {
  const programId = ctx.program.id
  const { answerHours } = policyOf(ctx.program)
  const list = await worklistOf(ctx, personId)
  const own = (await creatorOfPerson(ctx, personId))?.id ?? ''
  const since = hours(ctx.now, -answerHours)
  const late = { programId, state: 'submitted', creatorId: { not: own }, submittedAt: { lt: since } }
  const queues: Queue[] = [
    { what: 'Content', ...list.content, late: await ctx.db.submission.count({ where: late }) },
    { what: 'Applications', ...list.applications },
    { what: 'Cases', ...list.cases },
    { what: 'Parked', ...list.parked },
  ]
  const running = await ctx.db.moment.findMany({
    where: { programId, state: 'running', endsAt: { gt: ctx.now } },
    orderBy: { endsAt: 'asc' },
    take: 5,
    select: { headline: true },
  })
  const moments = running.map(({ headline }) => headline)
  if (queues.every(({ count }) => count === 0) && moments.length === 0 && waited.length === 0) return null
  return { queues, moments, suggestion: suggest(queues), waited }
}

const ways: Record<string, Brief['suggestion']> = {
  Cases: { says: 'decide the case that is late first.', button: { label: 'Open cases', run: 'case list' } },
  Content: { says: 'answer the oldest piece; whoever waits posts less.', button: { label: 'Review', run: 'review next' } },
  Applications: { says: 'look at who wants to join.', button: { label: 'Open your list', run: 'home' } },
  Parked: { says: 'look at what could not be delivered.', button: { label: 'Look at parked', run: 'parked' } },
}

/** What is late goes first, then what has waited longest. */
function suggest(queues: Queue[]): Brief['suggestion'] {
  const waiting = queues.filter(({ count }) => count > 0)
  const late = waiting.find((queue) => (queue.late ?? 0) > 0)
  const age = (queue: Queue) => queue.oldest?.getTime() ?? Number.POSITIVE_INFINITY
  const first = late ?? [...waiting].sort((a, b) => age(a) - age(b))[0]
  return first
    ? ways[first.what]!
    : { says: 'nothing waits: see how the program does.', button: { label: 'See KPIs', run: 'kpi' } }
}
