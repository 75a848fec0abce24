// What gets worse is told to everyone whom it concerns. Who was told stands in the outbox under the news' key, so the sweep finds whoever
// a lost ring left out, and nobody is told twice.
import type { Context } from '../context.ts'
import type { RateRule } from '../db/generated/client.ts'
import type { Card } from '../kernel/card.ts'
import { days } from '../kernel/time.ts'
import { noticeCard, withdrawnCard } from '../programs/cards-commission.ts'
import { type Policy, policyOf, policySchema } from '../programs/rules.ts'
import { asOf, worse } from '../programs/rules-commission.ts'
import { rateNewsCard, rateStaysCard } from './cards-rates.ts'
import { announced, TOLD_DAYS } from './rates.ts'

type News = {
  key: string
  card: Card
  /** Only creators with this tag, and on this tier. */
  tag: string | null
  tier: string | null
  /** Only those who were told this before. */
  after: string | null
}

const AT_ONCE = 200

/** Tells what was announced to those who have not heard of it yet, at most two hundred; gives how many they were. */
export async function due(ctx: Context): Promise<number> {
  let told = 0
  for (const news of [...ofTerms(ctx), ...(await ofRates(ctx))]) {
    const people = await unaware(ctx, news, AT_ONCE - told)
    for (const personId of people) await ctx.show({ person: personId }, news.key, news.card)
    told += people.length
    if (told >= AT_ONCE) break
  }
  return told
}

function ofTerms(ctx: Context): News[] {
  const { name, currency } = ctx.program
  const before = policyOf(ctx.program)
  const coming = before.planned.filter(({ from }) => new Date(from) > ctx.now)
  const all = { tag: null, tier: null }
  return [
    ...ofTermsAtOnce(ctx, before),
    ...coming.flatMap(({ from, change, withdrawn }) => {
      const key = `terms-change:${from}`
      const after = policySchema.parse({ ...before, ...change })
      return [
        ...(Object.keys(change).length > 0
          ? [{ ...all, key, after: null, card: noticeCard(name, before, after, new Date(from), currency, ctx.now) }]
          : []),
        // Whoever was not told of it needs not hear that it does not come.
        ...(withdrawn ? [{ ...all, key: `${key}:off`, after: key, card: withdrawnCard(name, withdrawn, new Date(from)) }] : []),
      ]
    }),
  ]
}

/** What got worse without a notice, while it is news; whatever had one was told under its key before. */
function ofTermsAtOnce({ now, program: { name, currency } }: Context, policy: Policy): News[] {
  if (policy.noticeDays > 0) return []
  return policy.past
    .filter(({ until }) => new Date(until) > days(now, -TOLD_DAYS))
    .flatMap(({ until, was }) => {
      const at = new Date(until)
      const [before, after] = [asOf(policy, new Date(at.getTime() - 1)), asOf(policy, at)]
      if (!worse(before, after).some((key) => key in was)) return []
      const card = noticeCard(name, before, after, at, currency, now)
      return [{ key: `terms-change:${until}`, after: null, tag: null, tier: null, card }]
    })
}

async function ofRates(ctx: Context): Promise<News[]> {
  const { name, currency } = ctx.program
  return (await announced(ctx)).map((news) => {
    const { key, rule } = news
    if ('next' in news) return { ...concerned(rule), key, card: rateNewsCard(name, rule, news.next, { currency, now: ctx.now }) }
    // Whoever was told hears it, though it would not concern them any more.
    return { key: `${key}:off`, after: key, tag: null, tier: null, card: rateStaysCard(name, rule, news, currency) }
  })
}

const concerned = ({ tag, tier }: RateRule) => ({ tag, tier, after: null })

/** The people whom news concern, who have a door here, and whom nothing was told under its key. */
async function unaware(ctx: Context, { key, tag, tier, after }: News, take: number): Promise<string[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ personId: string }[]>`
    SELECT c."personId" FROM "Creator" c
    WHERE c."programId" = ${programId} AND c."state" IN ('approved', 'paused') AND c."mergedInto" IS NULL
      AND (${tag}::text IS NULL OR ${tag}::text = ANY(c."tags"))
      AND (${tier}::text IS NULL OR lower(coalesce(c."tier", c."earnedTier")) = lower(${tier}::text))
      AND EXISTS (SELECT FROM "Identity" i JOIN "Space" s ON s."platform" = i."platform" AND s."workspace" = i."workspace"
        WHERE i."personId" = c."personId" AND s."programId" = ${programId})
      AND NOT EXISTS (SELECT FROM "Outbox" o WHERE o."programId" = ${programId} AND o."kind" = 'post'
        AND o."audience" = 'person:' || c."personId" AND o."key" = ${key})
      AND (${after}::text IS NULL OR EXISTS (SELECT FROM "Outbox" o WHERE o."programId" = ${programId} AND o."kind" = 'post'
        AND o."audience" = 'person:' || c."personId" AND o."key" = ${after}))
    ORDER BY c."id" LIMIT ${take}`
  return rows.map(({ personId }) => personId)
}
