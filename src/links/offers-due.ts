// Codes in the shops follow what they are to take off: the calendar of offers, the tags of their creators, the limits of the program.
// Nobody has to tell; whatever differs from what a shop was last asked for is found and brought there, some at a time.
import type { Context } from '../context.ts'
import type { Code } from '../db/generated/client.ts'
import { markOf } from '../kernel/discount.ts'
import { hours } from '../kernel/time.ts'
import { shopsOf } from '../programs/connections.ts'
import { policyOf } from '../programs/rules.ts'
import { offersBetween } from './offers.ts'
import { inFront, type Offered, takesOff, termsOf } from './rules-offers.ts'
import { wantLeftoversEnded, wantLive } from './shop-wishes.ts'

const AT_ONCE = 200

/** A code that a shop refused is asked for again with what came later, but not every minute. */
const REFUSED_HOURS = 24

/** Asks the shops for the next codes that take off something else there than they should now, or are over; gives how many were to change. */
export async function due(ctx: Context): Promise<number> {
  const shops = await shopsOf(ctx)
  if (shops.length === 0) return 0
  const codes = await nextCodes(
    ctx,
    shops.map(({ id }) => id),
    inFront(await offersBetween(ctx, ctx.now, ctx.now), 'codes'),
  )
  await wantLive(ctx, codes)
  for (const shop of shops) await wantLeftoversEnded(ctx, shop, AT_ONCE)
  return codes.length
}

/** What the mark of a code under an offer is: the same for all codes, or their own percentage and then the same for all. */
function marksUnder(ctx: Context, offer: Offered | undefined): { whole: string | null; rest: string } {
  const mark = markOf(termsOf({ percent: 0, adopted: false }, policyOf(ctx.program), ctx.program.currency, offer))
  return offer && takesOff(offer) ? { whole: mark, rest: '' } : { whole: null, rest: mark.slice('0%'.length) }
}

/**
 * Codes that are active, or go on for a while after their creator chose another, and whose terms in a shop are not those of the first of
 * these offers that is on them; codes of the roster keep their own.
 */
async function nextCodes(ctx: Context, shops: string[], offers: Offered[]): Promise<Code[]> {
  const marks = offers.map((offer) => marksUnder(ctx, offer))
  const { rest } = marksUnder(ctx, undefined)
  return ctx.db.$queryRaw<Code[]>`
    WITH running AS (
      SELECT * FROM unnest(${offers.map(({ id }) => id)}::text[], ${marks.map(({ whole }) => whole)}::text[],
        ${marks.map((mark) => mark.rest)}::text[]) WITH ORDINALITY AS r(id, whole, rest, nth))
    SELECT c.* FROM "Code" c JOIN "Creator" p ON p.id = c."creatorId"
      JOIN "ShopCode" s ON s."codeId" = c.id AND s."connectionId" = ANY(${shops})
        AND (s.state = 'live' OR (s.state = 'failed' AND s."updatedAt" < ${hours(ctx.now, -REFUSED_HOURS)}))
      LEFT JOIN LATERAL (
        SELECT r.whole, r.rest FROM running r WHERE EXISTS (
          SELECT FROM "OfferFor" f WHERE f."programId" = ${ctx.program.id} AND f."offerId" = r.id AND f.codes AND f.since <= ${ctx.now}
            AND (f.who = 'all' OR (f.who = 'creator' AND f.target = p.id)
              OR (f.who = 'tag' AND lower(f.target) IN (SELECT lower(t) FROM unnest(p.tags) t))))
        ORDER BY r.nth LIMIT 1) o ON true
    WHERE c."programId" = ${ctx.program.id} AND NOT c.adopted
      AND (c.state = 'active' OR (c.state = 'ended' AND c."endReason" = 'chosen' AND c."endedAt" > ${ctx.now}))
      AND coalesce(s.terms, c.percent || '%') <> coalesce(o.whole, c.percent || '%') || coalesce(o.rest, ${rest})
    GROUP BY c.id ORDER BY c.id LIMIT ${AT_ONCE}`
}
