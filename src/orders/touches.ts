import type { Context } from '../context.ts'
import { stateAt } from '../creators/rules-standing.ts'
import { type Code, type Creator, type Order, Prisma } from '../db/generated/client.ts'
import { mailboxOf } from '../kernel/mailbox.ts'
import { ownersOf } from '../ledger/owners.ts'
import { clickAt, openClick } from '../links/click-id.ts'
import { offersBetween } from '../links/offers.ts'
import { endWords } from '../links/rules-codes.ts'
import { type Offered, runningOffer } from '../links/rules-offers.ts'
import type { Candidate } from './rules.ts'
import { ownerOfCode } from './rules-book.ts'

export type Touches = {
  candidates: Candidate[]
  /** The order names a click of ours that is not in the database yet. */
  clickMissing: boolean
  buyer: Buyer
}

type Found = Pick<Candidate, 'kind' | 'creatorId' | 'what' | 'at' | 'endedBecause'> & { endedAt?: Date | null; adopted?: boolean }

/** Everything that may deserve the credit for an order: its codes, its click, and who brought the customer first. */
export async function touchesOf(ctx: Context, order: Order): Promise<Touches> {
  const click = await clickOf(ctx, order)
  const { broughtBy, ...buyer } = await pastOf(ctx, order)
  const found = [...(await codesOf(ctx, order)), ...(click === 'missing' ? [] : click), ...broughtBy]
  if (found.length === 0) return { candidates: [], clickMissing: click === 'missing', buyer }
  // What was read a moment ago may name someone who has just turned out to be another.
  const owners = await ownersOf(ctx, [...new Set(found.map((touch) => touch.creatorId))])
  const ids = [...new Set(owners.values())]
  const known = await ctx.db.$queryRaw<Known[]>`
    SELECT c.id, c.state::text, c.stood, c.email, c.tags, c."mergedInto", ARRAY(SELECT h.hash FROM "Payee" p, unnest(ARRAY[p."emailHash", p."addressHash"]) AS h(hash)
      WHERE p."programId" = c."programId" AND p."creatorId" = c.id AND h.hash IS NOT NULL) AS "payeeHashes"
    FROM "Creator" c WHERE c."programId" = ${ctx.program.id} AND (c.id = ANY(${ids}) OR c."mergedInto" = ANY(${ids})) ORDER BY c.id`
  const own = await ownShopper(ctx, order, known)
  const times = found.map((touch) => touch.at.getTime())
  const offers = await offersBetween(ctx, new Date(Math.min(...times)), new Date(Math.max(...times)))
  const candidates = found.flatMap((touch) => {
    const creator = known.find(({ id }) => id === owners.get(touch.creatorId))
    if (!creator) return []
    const offer = offerOfTouch(offers, touch, creator)
    return [{ ...touch, creatorId: creator.id, creatorState: stateAt(creator, order.at), own: own.has(creator.id), offer }]
  })
  return { candidates, clickMissing: click === 'missing', buyer }
}

/** The offer that counted for the link or the code when it was used; what came with the roster follows none. */
export function offerOfTouch(
  offers: readonly Offered[],
  { kind, at, adopted }: Pick<Found, 'kind' | 'at' | 'adopted'>,
  creator: Pick<Creator, 'id' | 'tags'>,
): Candidate['offer'] {
  if (kind === 'customer' || adopted || offers.length === 0) return null
  const offer = runningOffer(offers, creator, kind === 'code' ? 'codes' : 'links', at)
  return offer ? { id: offer.id, name: offer.name } : null
}

/** `payeeHashes` are those of the e-mail and the postal address they are paid at. */
type Known = Pick<Creator, 'id' | 'state' | 'stood' | 'email' | 'tags' | 'mergedInto'> & { payeeHashes: string[] }

/**
 * Those of these creators who are the shopper themselves, as far as hashes tell: by an e-mail they gave, now or when they were
 * somebody else, by the e-mail or home they are paid at, or by a shop account that one of these ordered with before.
 */
async function ownShopper(ctx: Context, order: Order, known: readonly Known[]): Promise<Set<string>> {
  const { shopperEmail, shopperId, shopperAddress } = order
  if (shopperEmail === null && shopperId === null && shopperAddress === null) return new Set()
  const programId = ctx.program.id
  const ordered =
    shopperId === null
      ? []
      : await ctx.db.order.findMany({
          where: { programId, source: order.source, shopperId },
          select: { shopperEmail: true, shopperAddress: true },
          distinct: ['shopperEmail', 'shopperAddress'],
          take: 20,
        })
  const told = [order, ...ordered].flatMap((row) => [row.shopperEmail, row.shopperAddress])
  const shopper = new Set(told.filter((hash) => hash !== null))
  const isOwn = ({ email, payeeHashes }: Known) =>
    (email !== '' && shopper.has(ctx.hash(mailboxOf(email)))) || payeeHashes.some((hash) => shopper.has(hash))
  return new Set(known.filter(isOwn).map((creator) => creator.mergedInto ?? creator.id))
}

/** When the shopper bought here first, and first through a creator; leads and what cost nothing are no purchases. Nulls for whoever is new or unknown. */
export type Buyer = { firstBought: Date | null; firstCredited: Date | null }

type Past = Buyer & { broughtBy: Found[] }

type PastRow = { bought: Date | null; credited: Date | null; orderId: string | null; creatorId: string | null; at: Date | null }

/** Of an order `o`: whom it was credited to. What an upheld case took was brought by nobody. */
const bringer = Prisma.sql`CASE WHEN NOT EXISTS (SELECT FROM "CaseLine" k
  WHERE k."programId" = o."programId" AND k."orderId" = o.id AND k.outcome = 'forfeited') THEN o."creatorId" END AS "creatorId"`

/**
 * What the shopper did here before; they are known by keyed hashes alone, of an address and of an account. `broughtBy` is the creator
 * of their first credited order, if any.
 */
export async function pastOf(ctx: Context, order: Order): Promise<Past> {
  const { id, shopperEmail, shopperId, at } = order
  if (shopperEmail === null && shopperId === null) return { firstBought: null, firstCredited: null, broughtBy: [] }
  const programId = ctx.program.id
  const [row] = await ctx.db.$queryRaw<PastRow[]>`
    SELECT min(at) FILTER (WHERE bought) AS bought, min(at) FILTER (WHERE bought AND "creatorId" IS NOT NULL) AS credited,
      (array_agg(id ORDER BY at, by, id) FILTER (WHERE "creatorId" IS NOT NULL))[1] AS "orderId",
      (array_agg("creatorId" ORDER BY at, by, id) FILTER (WHERE "creatorId" IS NOT NULL))[1] AS "creatorId",
      min(at) FILTER (WHERE "creatorId" IS NOT NULL) AS at
    FROM (
      SELECT 1 AS by, id, at, ${bringer}, kind = 'order' AND base > 0 AND NOT test AND "paidAt" IS NOT NULL AS bought FROM "Order" o
        WHERE "programId" = ${programId} AND "shopperEmail" = ${shopperEmail} AND at < ${at} AND id <> ${id}
          AND "cancelledAt" IS NULL AND "lostAt" IS NULL
      UNION ALL SELECT 2, id, at, ${bringer}, kind = 'order' AND base > 0 AND NOT test AND "paidAt" IS NOT NULL FROM "Order" o
        WHERE "programId" = ${programId} AND "shopperId" = ${shopperId} AND at < ${at} AND id <> ${id}
          AND "cancelledAt" IS NULL AND "lostAt" IS NULL) earlier`
  const { bought, credited, orderId, creatorId, at: first } = row!
  const broughtBy: Found[] = creatorId && first ? [{ kind: 'customer', creatorId, what: orderId!, at: first }] : []
  return { firstBought: bought, firstCredited: credited, broughtBy }
}

/** Codes change hands: the one that was active at the order's time counts, else the newest, which then says that it had ended. */
async function codesOf(ctx: Context, order: Order): Promise<Found[]> {
  const used = upper(order.codes as string[])
  return used.length === 0 ? [] : codeTouches(await codeRows(ctx, used), used, order.at)
}

/** Codes as they are looked for, each once. */
export const upper = (codes: readonly string[]): string[] => [...new Set(codes.map((code) => code.trim().toUpperCase()))]

/** Everyone who was ever given one of these codes, newest first. */
export const codeRows = (ctx: Context, codes: string[]): Promise<Code[]> => ctx.db.$queryRaw<Code[]>`
    SELECT * FROM "Code" WHERE "programId" = ${ctx.program.id} AND state <> 'wanted' AND upper("code") = ANY(${codes}) ORDER BY "createdAt" DESC, "id" DESC`

/** Whom these codes name at an instant. */
export function codeTouches(rows: readonly Code[], used: readonly string[], at: Date): Found[] {
  return used.flatMap((code): Found[] => {
    const owners = rows.filter((row) => row.code.toUpperCase() === code)
    const owner = ownerOfCode(owners, at)
    if (!owner) return []
    const ended = { endedAt: owner.endedAt, endedBecause: endWords[owner.endReason ?? ''] }
    return [{ kind: 'code', creatorId: owner.creatorId, what: owner.code, at: at, adopted: owner.adopted, ...ended }]
  })
}

async function clickOf(ctx: Context, order: Order): Promise<Found[] | 'missing'> {
  const id = order.cid === null ? null : openClick(order.cid, ctx.clickKey)
  if (id === null) return []
  const programId = ctx.program.id
  const [click] = await ctx.db.$queryRaw<{ at: Date; creatorId: string | null }[]>`
    SELECT c.at, l."creatorId" FROM "Click" c LEFT JOIN "Link" l ON l.id = c."linkId" AND l."programId" = c."programId"
    WHERE c."programId" = ${programId} AND c.id = ${id} AND c.at = ${clickAt(id)}`
  if (!click) return 'missing'
  return click.creatorId === null ? [] : [{ kind: 'click', creatorId: click.creatorId, what: id, at: click.at }]
}
