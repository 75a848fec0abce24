// Codes in the shops follow the calendar of offers: once when one begins and once when it is over, some at a time.
import type { Context } from '../context.ts'
import type { Code } from '../db/generated/client.ts'
import { markOf } from '../kernel/discount.ts'
import { policyOf } from '../programs/rules.ts'
import { type OfferRow, offersBetween } from './offers.ts'
import { phaseAt, runningOffer, takesOff, termsOf } from './rules-offers.ts'
import { wantLive } from './shop-wishes.ts'

const AT_ONCE = 200

type Standing = Code & { tags: string[]; connections: string[]; marks: (string | null)[] }

/** Brings the next codes of an offer that began or ended to what they are to take off; gives how much there was to do. */
export async function due(ctx: Context): Promise<number> {
  const [turned] = await ctx.db.$queryRaw<{ id: string; phase: string; through: string | null }[]>`
    SELECT id, phase, through FROM "Offer" WHERE "programId" = ${ctx.program.id}
      AND ((phase = 'planned' AND "startsAt" <= ${ctx.now}) OR (phase <> 'ended' AND "endsAt" <= ${ctx.now}))
    ORDER BY "startsAt", id LIMIT 1 FOR UPDATE SKIP LOCKED`
  if (!turned) return 0
  const offer = await ctx.db.offer.findUniqueOrThrow({ where: { id: turned.id } })
  const codes = takesOff(offer) || offer.minimumMinor !== null || offer.uses !== null ? await nextCodes(ctx, offer) : []
  await bring(ctx, codes)
  const last = codes.length === AT_ONCE ? codes.at(-1)!.id : null
  const data = last === null ? { phase: phaseAt(offer, ctx.now), through: null } : { through: last }
  await ctx.db.offer.update({ where: { id: offer.id }, data })
  return codes.length + 1
}

/**
 * The active codes that an offer is on, after the one that was done last, and what was made of them in each shop; with those that take
 * off something else than their own, for a creator may have lost the tag meanwhile.
 */
const nextCodes = (ctx: Context, { id, through }: { id: string; through: string | null }): Promise<Standing[]> =>
  ctx.db.$queryRaw<Standing[]>`
    SELECT c.*, r.tags, array_agg(s."connectionId") AS connections, array_agg(s.terms) AS marks
    FROM "Code" c JOIN "Creator" r ON r.id = c."creatorId"
      JOIN "ShopCode" s ON s."codeId" = c.id AND s.state IN ('live', 'wanted', 'failed')
    WHERE c."programId" = ${ctx.program.id} AND c.state = 'active' AND NOT c.adopted AND c.id > ${through ?? ''} AND (s.terms <> c.percent || '%' OR EXISTS (
      SELECT FROM "OfferFor" f WHERE f."programId" = ${ctx.program.id} AND f."offerId" = ${id} AND f.codes AND (f.who = 'all'
        OR (f.who = 'creator' AND f.target = r.id) OR (f.who = 'tag' AND lower(f.target) IN (SELECT lower(t) FROM unnest(r.tags) t)))))
    GROUP BY c.id, r.tags ORDER BY c.id LIMIT ${AT_ONCE}`

/** Asks the shops where a code takes off something else than it should now. */
async function bring(ctx: Context, codes: Standing[]): Promise<void> {
  if (codes.length === 0) return
  const offers: OfferRow[] = await offersBetween(ctx, ctx.now, ctx.now)
  const policy = policyOf(ctx.program)
  const wrong = codes.filter((code) => {
    const offer = runningOffer(offers, { id: code.creatorId, tags: code.tags }, 'codes', ctx.now)
    const mark = markOf(termsOf(code, policy, ctx.program.currency, offer))
    return code.marks.some((known) => (known ?? `${code.percent}%`) !== mark)
  })
  await wantLive(ctx, wrong)
}
