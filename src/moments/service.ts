/** Moments: started by managers, joined by creators, counted while they run, ended by the clock. */
import { audienceMembers, fittingCreator } from '../campaigns/audience.ts'
import { audienceOf, fits, isForAll, sayAudience } from '../campaigns/rules-audience.ts'
import type { Context } from '../context.ts'
import { creatorOf } from '../creators/service.ts'
import type { Code, Creator, Link, Moment } from '../db/generated/client.ts'
import { dropPushes, readersOf } from '../db/withdrawn.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { days, hours, minutes } from '../kernel/time.ts'
import { codeOf, makeCode, offerOn } from '../links/codes.ts'
import { attachOffer, endOffer, freeName, makeOffer } from '../links/offers.ts'
import { checkDestination } from '../links/rules.ts'
import type { Running } from '../links/rules-offers.ts'
import { makeLink } from '../links/service.ts'
import { policyOf } from '../programs/rules.ts'
import { momentCard, recapCard, toldCard } from './cards.ts'
import { countsOf, hasJoined, joinedCount, knownWords, lockMoment, momentOf } from './queries.ts'
import { type Counts, checkHandIn, checkJoin, checkPercent, countsKey, HAND_IN_HOURS, isOver, type MomentKind } from './rules.ts'
import { readAudience } from './rules-audience.ts'

export type Plan = {
  kind: MomentKind
  headline: string
  prompt?: string | undefined
  hours: number
  seats: number
  percent?: number | undefined
  page?: string | undefined
  audience?: string | undefined
  /** The question that gave the idea. */
  questionId?: string | undefined
}

/** Starts a moment and posts it in #missions; `reached` is for how many creators it is. Refuses words, pages and discounts that lead nowhere. */
export async function start(ctx: Context, plan: Plan): Promise<{ moment: Moment; reached: number }> {
  const policy = policyOf(ctx.program)
  checkPercent(plan.percent, policy.codePercent)
  const audience = readAudience(plan.audience, await knownWords(ctx))
  const members = await audienceMembers(ctx, audience)
  if (members.length === 0)
    throw new Refusal(
      'invalid',
      'Right now this would reach nobody.',
      'Name fewer words, or leave it empty for everybody.',
      'audience',
    )
  const about = { id: plan.questionId ?? '', programId: ctx.program.id }
  if (plan.questionId !== undefined && (await ctx.db.question.count({ where: about })) === 0)
    throw new Refusal('not_found', 'The question it answers does not exist.', 'See /moment ideas.')
  const moment = await ctx.db.moment.create({
    data: {
      id: ctx.id('moment'),
      programId: ctx.program.id,
      kind: plan.kind,
      headline: plan.headline,
      prompt: plan.prompt ?? null,
      state: 'running',
      seats: plan.seats,
      percent: plan.percent ?? null,
      page: plan.page === undefined ? null : pageOf(ctx, plan.page),
      audience,
      questionId: plan.questionId ?? null,
      countedAt: ctx.now,
      startsAt: ctx.now,
      endsAt: hours(ctx.now, plan.hours),
      createdBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
  await showMoment(ctx, moment)
  // One post in the channel is enough; who is told in private as well, the program says.
  if (policy.momentPush) {
    const told = toldCard(moment, false, ctx.now)
    for (const { personId } of members) await ctx.show({ person: personId }, toldKey(moment), told, { unasked: true })
  }
  return { moment, reached: members.length }
}

/** The same law as for any link, said where the page was typed. */
function pageOf(ctx: Context, typed: string): string {
  const { shopUrl, allowedHosts } = policyOf(ctx.program)
  const address = typed.startsWith('/') && !typed.startsWith('//') ? new URL(typed, shopUrl).href : typed
  try {
    return checkDestination(address, allowedHosts, { allowLocal: ctx.program.demo })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(
      error.code,
      error.sentence,
      `Give a path such as /serum, or a page of ${allowedHosts.slice(0, 3).join(', ')}.`,
      'page',
    )
  }
}

/** `before` and `offer` are what counted for the code until the joining, and what counts since. */
export type Joined = { moment: Moment; link: Link; code: Code | null; before: Running | undefined; offer: Running | undefined }

/** Gives the actor a seat, and puts what the moment offers on their link and code until it ends. Refuses as checkJoin says. */
export async function join(ctx: Context<'creator'>, momentId: string): Promise<Joined> {
  const moment = await lockMoment(ctx, momentId)
  const { creatorId } = ctx.actor
  const already = await hasJoined(ctx, moment.id, creatorId)
  checkJoin(moment, await joinedCount(ctx, moment.id), already, ctx.now)
  const creator = await creatorOf(ctx, creatorId)
  await checkTakesPart(ctx, moment, creator)
  await ctx.db.momentSeat.create({
    data: { momentId: moment.id, creatorId, programId: ctx.program.id, joinedAt: ctx.now },
  })
  const link = await makeLink(ctx, creator)
  const code = moment.percent === null ? await codeOf(ctx, creatorId) : await makeCode(ctx, creator)
  const before = code ? await offerOn(ctx, code, creator) : undefined
  await offerTo(ctx, moment, creatorId)
  await showMoment(ctx, moment)
  await tellAgain(ctx, moment, ctx.actor.personId)
  return { moment, link, code, before, offer: code ? await offerOn(ctx, code, creator) : undefined }
}

async function checkTakesPart(ctx: Context, moment: Moment, creator: Creator): Promise<void> {
  if (creator.state !== 'approved')
    throw new Refusal('not_allowed', 'Only active creators join moments.', 'Ask a manager of the program what your state is.')
  const audience = audienceOf(moment)
  if (isForAll(audience)) return
  const fitting = await fittingCreator(ctx, creator.id)
  must(fitting, 'the creator was just read')
  if (!fits(audience, fitting))
    throw new Refusal(
      'not_allowed',
      `“${moment.headline}” is for others this time: ${sayAudience(audience)}.`,
      'See what runs for you with /moment list.',
      'moment',
    )
}

/** Whether shoppers get something by it that links or codes carry. */
const gives = ({ percent, page }: Moment): boolean => percent !== null || page !== null

/** A moment that gives shoppers something has an offer of its own, on the links and codes of those who joined. */
async function offerTo(ctx: Context, moment: Moment, creatorId: string): Promise<void> {
  const { percent, page } = moment
  if (!gives(moment)) return
  const scope = { creatorId, links: true, codes: percent !== null }
  if (moment.offerId !== null) {
    await attachOffer(ctx, moment.offerId, scope)
    return
  }
  // The same serum comes back more than once.
  const name = await freeName(ctx, [...moment.headline].slice(0, 60).join(''))
  const what = { name, percent, minor: null, words: null, destination: page, minimumMinor: null, uses: null }
  const offer = await makeOffer(ctx, { ...what, startsAt: moment.startsAt, endsAt: moment.endsAt }, scope)
  await ctx.db.moment.update({ where: { id: moment.id }, data: { offerId: offer.id } })
}

/** The live post; counted anew, and kept as counted. */
async function showMoment(ctx: Context, { id }: Pick<Moment, 'id'>): Promise<Counts> {
  const moment = await momentOf(ctx, id)
  const counts = await countsOf(ctx, moment)
  await ctx.db.moment.update({ where: { id }, data: { counted: countsKey(counts), countedAt: ctx.now } })
  await ctx.show({ channel: 'missions' }, `moment:${id}`, momentCard(moment, counts, ctx.now))
  return counts
}

/** The offer of a running moment is to be ended by hand: the moment goes on without its discount and page, and its post says no more of them. */
export async function partFrom(ctx: Context, offerId: string): Promise<void> {
  const where = { programId: ctx.program.id, offerId, state: 'running' }
  const found = await ctx.db.moment.findFirst({ where, select: { id: true } })
  if (!found) return
  const moment = await lockMoment(ctx, found.id)
  if (isOver(moment, ctx.now)) return
  const parted = await ctx.db.moment.update({ where: { id: moment.id }, data: { percent: null, page: null } })
  await showMoment(ctx, parted)
  await tellAgain(ctx, parted)
}

const toldKey = ({ id }: Pick<Moment, 'id'>): string => `moment:${id}`

/** Whoever was told in private, or this one of them, reads there how it stands now. */
async function tellAgain(ctx: Context, moment: Moment, only?: string): Promise<void> {
  const readers = await readersOf(ctx.db, ctx.program.id, toldKey(moment))
  const told = readers.filter((personId) => only === undefined || personId === only)
  if (told.length === 0) return
  const seats = await ctx.db.momentSeat.findMany({ where: { programId: ctx.program.id, momentId: moment.id } })
  const where = { programId: ctx.program.id, id: { in: seats.map(({ creatorId }) => creatorId) } }
  const joined = new Set((await ctx.db.creator.findMany({ where, select: { personId: true } })).map((one) => one.personId))
  for (const personId of told) {
    const unasked = !isOver(moment, ctx.now)
    await ctx.show({ person: personId }, toldKey(moment), toldCard(moment, joined.has(personId), ctx.now), { unasked })
  }
}

/** Ends a moment before its time. Refusal conflict when it is over. */
export async function end(ctx: Context, momentId: string): Promise<{ moment: Moment; counts: Counts }> {
  const moment = await lockMoment(ctx, momentId)
  if (isOver(moment, ctx.now))
    throw new Refusal('conflict', `“${moment.headline}” is over already.`, 'See how it went with /moment recap.', 'moment', {
      label: 'Show recap',
      run: 'moment recap',
      given: { moment: moment.id },
    })
  return finish(ctx, moment)
}

/** Ends a moment that is locked: its post says so, codes and links are their own again, and everybody reads how it went. */
async function finish(ctx: Context, before: Moment): Promise<{ moment: Moment; counts: Counts }> {
  const early = before.endsAt > ctx.now
  if (early && before.offerId !== null && gives(before)) await endOffer(ctx, before.offerId)
  const moment = await ctx.db.moment.update({
    where: { id: before.id },
    data: { state: 'ended', endedAt: ctx.now, endsAt: early ? ctx.now : before.endsAt },
  })
  const counts = await showMoment(ctx, moment)
  await showRecap(ctx, moment, counts)
  // Nobody is told in the morning of what is over by then.
  await dropPushes(ctx.db, ctx.program.id, { key: toldKey(moment) }, ctx.now)
  await tellAgain(ctx, moment)
  return { moment, counts }
}

/** To those who took part without amounts, to managers with them. */
async function showRecap(ctx: Context, moment: Moment, counts: Counts): Promise<void> {
  const { currency } = ctx.program
  const key = `moment-recap:${moment.id}`
  await ctx.show({ channel: 'missions' }, key, recapCard(moment, counts, null))
  await ctx.show({ channel: 'managers' }, key, recapCard(moment, counts, currency))
}

/** Whether the actor may hand in content for a moment. Refuses as checkHandIn says. */
export async function checkMoment(ctx: Context<'creator'>, momentId: string): Promise<void> {
  const moment = await momentOf(ctx, momentId)
  checkHandIn(moment, await hasJoined(ctx, moment.id, ctx.actor.creatorId), hours(moment.endsAt, HAND_IN_HOURS), ctx.now)
}

const AT_ONCE = 50
/** A live counter that moves every second would only spend the platform's limits. */
const COUNT_MINUTES = 1
/** Orders come in after the end as well; the recap follows them this long, once a day. */
const FOLLOW_DAYS = 7
const FOLLOW_HOURS = 24

/** Ends what is over and counts what runs; returns how much there was. */
export async function due(ctx: Context): Promise<number> {
  const over = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Moment" WHERE "programId" = ${ctx.program.id} AND state = 'running' AND "endsAt" <= ${ctx.now}
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  for (const { id } of over) await finish(ctx, await momentOf(ctx, id))
  const stale = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Moment" WHERE "programId" = ${ctx.program.id} AND (
      (state = 'running' AND "countedAt" <= ${minutes(ctx.now, -COUNT_MINUTES)})
      OR (state = 'ended' AND "endsAt" > ${days(ctx.now, -FOLLOW_DAYS)} AND "countedAt" <= ${hours(ctx.now, -FOLLOW_HOURS)}))
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  for (const { id } of stale) await recount(ctx, await momentOf(ctx, id))
  return over.length + stale.length
}

async function recount(ctx: Context, moment: Moment): Promise<void> {
  const counts = await countsOf(ctx, moment)
  const before = moment.counted as Record<string, unknown>
  const after = countsKey(counts)
  const same = Object.entries(after).every(([name, value]) => before[name] === value)
  await ctx.db.moment.update({ where: { id: moment.id }, data: { counted: after, countedAt: ctx.now } })
  if (same) return
  await ctx.show({ channel: 'missions' }, `moment:${moment.id}`, momentCard(moment, counts, ctx.now))
  if (moment.state === 'ended') await showRecap(ctx, moment, counts)
}

/** How a moment went so far. */
export async function recap(ctx: Context, momentId: string): Promise<{ moment: Moment; counts: Counts }> {
  const moment = await momentOf(ctx, momentId)
  return { moment, counts: await countsOf(ctx, moment) }
}
