/** What happened in a window, for the program or apart by creator, mission, offer, niche, platform or moment. */
import type { Context } from '../context.ts'
import { bonusAccount, feeAccount } from '../ledger/rules.ts'
import { policyOf } from '../programs/rules.ts'
import { rightsCoverage } from '../rights/service.ts'
import { type Cover, coversFrom, type Kept, type Keyed, keptIn, noneKept, only, type Span } from './daily.ts'
import type { Way } from './rules-kpi.ts'
import { addTally, type Cost, noCost, nothing, type Tally, type Terms } from './rules-kpi.ts'
import { type Split, splits } from './splits.ts'
import { answersBy, peopleBy } from './tally-people.ts'
import { postsBy } from './tally-posts.ts'
import { bookedBy, clicksBy, ltvBy, type Sold, salesBy } from './tally-sales.ts'

/**
 * One question: a window, a way to take it apart (none = the whole program), and one thing of it alone. `brief` leaves out shoppers, posts
 * and people, whose figures are then n/a. `kept` is what is kept of the window and perhaps more, for whoever asks several questions.
 */
export type Asked = Span & { by?: Way | undefined; of?: string | undefined; brief?: boolean; kept?: Kept }

/** What the program decided about its figures. */
export function termsOf(ctx: Context): Terms {
  const { marginBps, discountsCost, horizonDays } = policyOf(ctx.program).figures
  return { currency: ctx.program.currency, marginBps, discountsCost, horizonDays }
}

/** The whole program under 'all', or the one thing that is asked for, else each that anything is known of, by its id or name. */
export async function tallies(ctx: Context, asked: Asked): Promise<Keyed<Tally>> {
  const split = splits[asked.by ?? 'all']
  const covers = coversFrom(ctx, split.rolled ? (asked.kept ?? (await keptIn(ctx, asked))) : noneKept, asked)
  const clicks = await clicksBy(ctx, split, asked, covers.clicks)
  const sales = await salesBy(ctx, split, asked, covers.sales)
  const costs = await costsBy(ctx, split, asked, { sold: sales, cover: covers.booked })
  const whole = !asked.brief
  const posts = whole && split.pieces ? await postsBy(ctx, split, asked, covers.clicks) : undefined
  const answers = whole && split.pieces ? await answersBy(ctx, split.pieces, asked) : undefined
  const people = whole && split.people ? await peopleBy(ctx, split.people, asked) : undefined
  const spent = whole ? await ltvBy(ctx, split, asked, covers.ltv) : undefined
  const keys = new Set([clicks, sales, costs, posts, answers, people, spent].flatMap((part) => [...(part?.keys() ?? [])]))
  if (asked.by === undefined || asked.of !== undefined) keys.add(asked.of ?? 'all')
  const empty = nothing(whole ? split : { ...split, pieces: null, people: null })
  // Licences are known as they are today, so for an earlier end nothing is said.
  const rights = whole && asked.by === undefined && asked.to >= ctx.now ? await rightsCoverage(ctx) : null
  return new Map(
    [...keys].map((key) => [
      key,
      {
        clicks: clicks?.get(key) ?? empty.clicks,
        sales: sales.get(key)?.sales ?? empty.sales,
        cost: costs.get(key) ?? empty.cost,
        posts: posts?.get(key) ?? empty.posts,
        people: people?.get(key) ?? empty.people,
        answers: answers?.get(key) ?? empty.answers,
        ltv: spent?.get(key) ?? empty.ltv,
        rights,
      },
    ]),
  )
}

/** The whole program, or one thing; zeros where nothing happened. */
export async function tallyOf(ctx: Context, asked: Asked): Promise<Tally> {
  return (await tallies(ctx, asked)).get(asked.of ?? 'all')!
}

/** The niches of these creators, as asking by niche would tell them, `brief`. */
export function nichesOf(
  creators: readonly { key: string; now: Tally }[],
  nicheOf: (creatorId: string) => string | undefined,
): Keyed<Tally> {
  const found: Keyed<Tally> = new Map()
  for (const { key, now } of creators) {
    const niche = nicheOf(key)
    if (niche === undefined) continue
    const sum = found.get(niche)
    found.set(niche, sum ? addTally(sum, now) : now)
  }
  return found
}

async function costsBy(
  ctx: Context,
  split: Split,
  asked: Asked,
  { sold, cover }: { sold: Keyed<Sold>; cover: Cover },
): Promise<Keyed<Cost>> {
  const found: Keyed<Cost> = new Map()
  const add = (key: string, part: Partial<Cost>) => found.set(key, { ...noCost, ...found.get(key), ...part })
  for (const [key, { mirrorMinor, commissionMinor }] of sold)
    add(key, split.ledger ? { mirrorMinor } : { mirrorMinor, commissionMinor })
  for (const [key, booked] of split.ledger ? await bookedBy(ctx, asked, cover) : await feesBy(ctx, split, asked)) add(key, booked)
  for (const [key, given] of split.gifts ? await giftsBy(ctx, split.gifts, asked) : []) add(key, given)
  return found
}

/** The content fees of pieces that were approved in the window, and what was paid in it for their numbers and for licences of them. */
async function feesBy(ctx: Context, { pieces }: Split, { from, to, of }: Asked): Promise<Keyed<Partial<Cost>>> {
  if (!pieces) return new Map()
  const { join, key } = pieces
  const rows = await ctx.db.$queryRaw<{ key: string | null; fees: string }[]>`
    SELECT key, sum(minor)::text AS fees FROM (
      SELECT ${key} AS key, s."feeMinor" AS minor FROM "Submission" s ${join}
      WHERE s."programId" = ${ctx.program.id} AND s."decidedAt" >= ${from} AND s."decidedAt" < ${to}
        AND s.state IN ('approved', 'live', 'measured') ${only(key, of)}
      UNION ALL
      SELECT ${key}, b.minor FROM "Transfer" b JOIN "Submission" s ON s.id = split_part(b.key, ':', 2) ${join}
      WHERE b."programId" = ${ctx.program.id} AND b."from" = ${bonusAccount} AND b.at >= ${from} AND b.at < ${to}
        AND starts_with(b.key, 'performance:') ${only(key, of)}
      UNION ALL
      SELECT ${key}, b.minor FROM "Transfer" b JOIN "Grant" r ON r.id = split_part(b.key, ':', 2) JOIN "Submission" s ON s.id = r."submissionId" ${join}
      WHERE b."programId" = ${ctx.program.id} AND b."from" = ${feeAccount} AND b.at >= ${from} AND b.at < ${to}
        AND starts_with(b.key, 'rights:') ${only(key, of)}) paid GROUP BY 1`
  return new Map(rows.flatMap((row) => (row.key === null ? [] : [[row.key, { feesMinor: BigInt(row.fees) }] as const])))
}

async function giftsBy(ctx: Context, { join, key }: NonNullable<Split['gifts']>, asked: Asked): Promise<Keyed<Partial<Cost>>> {
  const { from, to, of } = asked
  const rows = await ctx.db.$queryRaw<{ key: string | null; minor: string; unknown: bigint }[]>`
    SELECT ${key} AS key, coalesce(sum(g."valueMinor"), 0)::text AS minor, count(*) FILTER (WHERE g."valueMinor" IS NULL) AS unknown
    FROM "Gift" g ${join}
    WHERE g."programId" = ${ctx.program.id} AND g."sentAt" >= ${from} AND g."sentAt" < ${to} ${only(key, of)} GROUP BY 1`
  return new Map(
    rows.flatMap((row) =>
      row.key === null ? [] : [[row.key, { giftMinor: BigInt(row.minor), giftsUnknown: Number(row.unknown) }] as const],
    ),
  )
}
