// Offers: made by managers for a time, put on links and codes that stay the same. Whoever asks which one counts brings an instant, so a
// sale that is heard late comes under the offer of its own day.

import type { Context } from '../context.ts'
import { parseTags } from '../creators/rules-roster.ts'
import { creatorOf } from '../creators/service.ts'
import type { Creator, Offer, OfferFor } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { policyOf } from '../programs/rules.ts'
import { checkDestination } from './rules.ts'
import { type Carrier, type Offered, type Running, runningNow, runningOffer } from './rules-offers.ts'

/** What an offer may be on, as people choose it. */
export const carriers = { both: 'Links and codes', links: 'Links alone', codes: 'Codes alone' }

const withScopes = (offers: Offer[], scopes: OfferFor[], currency: string): Offered[] =>
  offers.map((offer) => ({ ...offer, currency, on: scopes.filter((scope) => scope.offerId === offer.id) }))

/** Offers that run at some instant of [from, to], with whose links and codes they are on. */
export async function offersBetween(ctx: Context, from: Date, to: Date): Promise<Offered[]> {
  const where = { programId: ctx.program.id, startsAt: { lte: to }, endsAt: { gt: from } }
  return withAll(ctx, await ctx.db.offer.findMany({ where, orderBy: { id: 'asc' } }))
}

async function withAll(ctx: Context, offers: Offer[]): Promise<Offered[]> {
  if (offers.length === 0) return []
  const where = { programId: ctx.program.id, offerId: { in: offers.map(({ id }) => id) } }
  return withScopes(
    offers,
    await ctx.db.offerFor.findMany({ where, orderBy: [{ since: 'asc' }, { id: 'asc' }] }),
    ctx.program.currency,
  )
}

/** The offer that counts for a creator's links or codes now, and what counts after it. */
export async function offerNow(
  ctx: Context,
  creator: Pick<Creator, 'id' | 'tags'>,
  carrier: Carrier,
): Promise<Running | undefined> {
  const offer = runningOffer(await offersBetween(ctx, ctx.now, ctx.now), creator, carrier, ctx.now)
  return (
    offer &&
    runningNow(await offersBetween(ctx, ctx.now, offer.endsAt), creator, carrier, {
      now: ctx.now,
      zone: ctx.program.zone,
    })
  )
}

const MANY = 25

/** The newest offers, what runs or will in front. */
export async function listOffers(ctx: Context): Promise<Offered[]> {
  const where = { programId: ctx.program.id }
  const rows = await ctx.db.offer.findMany({ where, orderBy: [{ endsAt: 'desc' }, { id: 'desc' }], take: MANY })
  return withAll(ctx, rows)
}

export async function offerOf(ctx: Context, offerId: string): Promise<Offered> {
  const row = await ctx.db.offer.findFirst({ where: { id: offerId, programId: ctx.program.id } })
  if (!row) throw new Refusal('not_found', 'There is no such offer.', 'Pick one from the list.', 'offer')
  const [offer] = await withAll(ctx, [row])
  must(offer, 'an offer that was found')
  return offer
}

/** The name of an offer as it was given. Refusal not_found for one that nobody made. */
export async function offerNamed(ctx: Context, typed: string): Promise<string> {
  const name = { equals: typed.trim(), mode: 'insensitive' as const }
  const row = await ctx.db.offer.findFirst({ where: { programId: ctx.program.id, name } })
  if (!row) throw new Refusal('not_found', 'There is no offer of this name.', 'Make it with /offer create first.', 'offer')
  return row.name
}

export type NewOffer = Pick<
  Offered,
  'name' | 'percent' | 'minor' | 'words' | 'destination' | 'minimumMinor' | 'uses' | 'startsAt' | 'endsAt'
>
export type NewScope = { creatorId?: string | undefined; tag?: string | undefined; links: boolean; codes: boolean }

/** The name, with a number behind it where it was given before: names of offers are taken for good. */
export async function freeName(ctx: Context, wanted: string): Promise<string> {
  await lockOffers(ctx)
  const rows = await ctx.db.$queryRaw<{ name: string }[]>`
    SELECT lower(name) AS name FROM "Offer" WHERE "programId" = ${ctx.program.id} AND starts_with(lower(name), lower(${wanted}))`
  const taken = new Set(rows.map(({ name }) => name))
  const tries = [wanted, ...rows.map((_, i) => `${wanted} (${i + 2})`)]
  return tries.find((name) => !taken.has(name.toLowerCase())) ?? `${wanted} (${rows.length + 2})`
}

/** Makes an offer and puts it on links and codes. Refuses a calendar that runs backwards, a name that is taken, a page elsewhere. */
export async function makeOffer(ctx: Context, plan: NewOffer, scope: NewScope): Promise<Offered> {
  if (plan.percent === null && plan.minor === null && plan.words === null && plan.destination === null)
    throw new Refusal('invalid', 'An offer gives shoppers something.', 'Give a discount such as 20 %, or a page.', 'discount')
  if (plan.endsAt <= plan.startsAt)
    throw new Refusal('invalid', 'The offer would end before it begins.', 'Give a later last day.', 'ends')
  if (plan.endsAt <= ctx.now) throw new Refusal('invalid', 'That is over already.', 'Give a day to come.', 'ends')
  if (plan.minimumMinor !== null && plan.minimumMinor < 0n)
    throw new Refusal('invalid', 'An order is worth something.', 'Write an amount such as 50.00.', 'minimum')
  await lockOffers(ctx)
  const name = { equals: plan.name, mode: 'insensitive' as const }
  if (await ctx.db.offer.findFirst({ where: { programId: ctx.program.id, name } }))
    throw new Refusal(
      'conflict',
      'There was an offer of this name before.',
      'Give it another one, such as with the year.',
      'name',
    )
  const destination = plan.destination === null ? null : pageOf(ctx, plan.destination)
  const offer = await ctx.db.offer.create({
    data: {
      ...plan,
      destination,
      id: ctx.id('offer'),
      programId: ctx.program.id,
      createdBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
  await addScope(ctx, offer.id, scope, ctx.now)
  ctx.ring('due')
  return offerOf(ctx, offer.id)
}

function pageOf(ctx: Context, typed: string): string {
  const { shopUrl, allowedHosts } = policyOf(ctx.program)
  const address = typed.startsWith('/') && !typed.startsWith('//') ? new URL(typed, shopUrl).href : typed
  return checkDestination(address, allowedHosts, { allowLocal: ctx.program.demo })
}

/** Puts an offer on more links or codes, from now on. */
export async function attachOffer(ctx: Context, offerId: string, scope: NewScope): Promise<Offered> {
  await lockOffers(ctx)
  const offer = await offerOf(ctx, offerId)
  checkOpen(ctx, offer)
  await addScope(ctx, offer.id, scope, ctx.now)
  ctx.ring('due')
  return offerOf(ctx, offerId)
}

async function addScope(ctx: Context, offerId: string, scope: NewScope, since: Date): Promise<void> {
  const { creatorId, links, codes } = scope
  const tag = scope.tag === undefined ? undefined : oneTag(scope.tag)
  if (creatorId !== undefined && tag !== undefined)
    throw new Refusal('invalid', 'A creator and a tag were given.', 'Give one of them; do the other after that.', 'tag')
  if (creatorId !== undefined) await creatorOf(ctx, creatorId)
  const who = creatorId !== undefined ? 'creator' : tag !== undefined ? 'tag' : 'all'
  const key = { programId: ctx.program.id, offerId, who, target: creatorId ?? tag ?? '' }
  const before = await ctx.db.offerFor.findMany({ where: key })
  // Each row says since when, so what is added later is a row of its own.
  const fresh = {
    links: links && !before.some((scope) => scope.links),
    codes: codes && !before.some((scope) => scope.codes),
  }
  if (!fresh.links && !fresh.codes) throw new Refusal('conflict', 'The offer is on these already.', 'See /offer list.')
  await ctx.db.offerFor.create({ data: { ...key, ...fresh, id: ctx.id('offer'), since } })
}

/** A tag as creators have it. */
function oneTag(typed: string): string {
  const [tag, more] = parseTags(typed, 'tag')
  if (tag === undefined || more !== undefined)
    throw new Refusal('invalid', 'Only one tag fits here.', 'Put the offer on the others one by one.', 'tag')
  return tag
}

/** Ends an offer now, or takes back one that has not begun. What came under it stays under it. */
export async function endOffer(ctx: Context, offerId: string): Promise<Offered> {
  await lockOffers(ctx)
  const offer = await offerOf(ctx, offerId)
  checkOpen(ctx, offer)
  const begun = offer.startsAt <= ctx.now
  const startsAt = begun ? offer.startsAt : ctx.now
  await ctx.db.offer.update({ where: { id: offerId }, data: { startsAt, endsAt: ctx.now } })
  ctx.ring('due')
  return offerOf(ctx, offerId)
}

function checkOpen(ctx: Context, { endsAt }: Offered): void {
  if (endsAt <= ctx.now) throw new Refusal('too_late', 'This offer is over.', 'Make a new one with /offer create.', 'offer')
}

async function lockOffers(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`offers ${ctx.program.id}`}, 0))`
}

/** Offers to pick from: those that run or will. */
export async function suggestOffers(ctx: Context, typed: string): Promise<{ label: string; value: string }[]> {
  const name = { contains: typed.trim(), mode: 'insensitive' as const }
  const where = { programId: ctx.program.id, endsAt: { gt: ctx.now }, name }
  const rows = await ctx.db.offer.findMany({ where, orderBy: { startsAt: 'asc' }, take: MANY })
  return rows.map((row) => ({ label: row.name, value: row.id }))
}

export const suggestOfferNames = async (ctx: Context, typed: string): Promise<{ label: string; value: string }[]> =>
  (await suggestOffers(ctx, typed)).map(({ label }) => ({ label, value: label }))
