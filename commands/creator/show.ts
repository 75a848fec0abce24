import { command } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { creatorCard } from '../../src/creators/cards.ts'
import { notesOf } from '../../src/creators/notes.ts'
import { decisionsOf, suggestCreators } from '../../src/creators/queries.ts'
import { comingRate } from '../../src/creators/rules-rate.ts'
import { isFormer } from '../../src/creators/rules-standing.ts'
import { creatorNow, rateOf } from '../../src/creators/service.ts'
import type { Creator } from '../../src/db/generated/client.ts'
import { soldOf } from '../../src/insight/roster.ts'
import { windowOf } from '../../src/insight/rules.ts'
import { moment, money, type Text, text } from '../../src/kernel/card.ts'
import { percent } from '../../src/kernel/money.ts'
import { purse } from '../../src/ledger/rules.ts'
import { balanceOf, balances } from '../../src/ledger/service.ts'
import { codeOf } from '../../src/links/codes.ts'
import { clicksOf, linksOf, shortUrl } from '../../src/links/service.ts'
import { option } from '../../src/option.ts'
import { wayOf } from '../../src/orders/tiers.ts'
import { policyOf } from '../../src/programs/rules.ts'

/** Of them nothing was ever sold or earned here, unless they left and came again. */
const outside = ['candidate', 'invited', 'applied', 'declined']

export default command({
  description: 'One creator: facts, sales, links and decisions',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
  },
  async run(ctx, { creator: creatorId }) {
    const creator = await creatorNow(ctx, creatorId)
    const links = await linksOf(ctx, creator.id)
    const code = await codeOf(ctx, creator.id)
    return creatorCard(creator, {
      locale: ctx.actor.locale,
      ...(await rateNow(ctx, creator)),
      decisions: await decisionsOf(ctx, creator.id),
      numbers: outside.includes(creator.state) && !isFormer(creator) ? {} : await numbersOf(ctx, creator.id),
      links: links.slice(0, 10).map((link) => ({ slug: link.slug, url: shortUrl(ctx, link) })),
      code: code?.code ?? null,
      notes: await notesOf(ctx, creator.id),
    })
  },
})

/** What a sale of today pays as a rule, what was announced, and the tier that makes it so. */
async function rateNow(ctx: Context, creator: Creator): Promise<{ rate: Text; tier: Text | null }> {
  const { tiers, rateBps: standard } = policyOf(ctx.program)
  const coming = comingRate(creator, ctx.now)
  const then = coming ? text`, own rate ${percent(coming.rateBps ?? standard)} from ${moment(coming.from, 'day')}` : text``
  if (!tiers) return { rate: text`${percent(rateOf(ctx, creator))}${then}`, tier: tierSays(creator, creator.tier, ctx.now) }
  const { rateBps, tier } = await wayOf(ctx, tiers, creator)
  return { rate: text`${percent(rateBps)}${then}`, tier: tierSays(creator, tier, ctx.now) }
}

function tierSays({ tierThen, tierThenAt }: Creator, tier: string | null, now: Date): Text | null {
  if (tierThenAt === null || tierThenAt <= now) return tier === null ? null : [tier]
  return text`${tier ?? 'none'}; ${tierThen ?? 'by sales'} from ${moment(tierThenAt, 'day')}`
}

async function numbersOf(ctx: Context, creatorId: string): Promise<Record<string, Text>> {
  const { sales, kept, netMinor } = await soldOf(ctx, creatorId)
  // The window of /kpi, so that both say the same.
  const { from, to, days } = windowOf('30d', ctx.now, ctx.program.zone)
  const { clicks, unique } = await clicksOf(ctx, creatorId, from, to)
  const { pending, payable, paid } = await balances(ctx, creatorId)
  const paying = await balanceOf(ctx, purse(creatorId, 'paying'))
  return {
    Sales: [kept === sales ? `${sales}` : `${sales}, ${sales - kept} of them given back or cancelled`],
    'Sold, net': [money({ minor: netMinor, currency: ctx.program.currency })],
    [`Clicks, ${days} days`]: [`${clicks} (${unique} unique)`],
    Pending: [money(pending)],
    Payable: [money(payable)],
    ...(paying.minor > 0n ? { 'In payment': [money(paying)] } : {}),
    Paid: [money(paid)],
  }
}
