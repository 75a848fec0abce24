import { command } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { creatorCard } from '../../src/creators/cards.ts'
import { notesOf } from '../../src/creators/notes.ts'
import { decisionsOf, suggestCreators } from '../../src/creators/queries.ts'
import { creatorOf, rateOf } from '../../src/creators/service.ts'
import { money, type Text } from '../../src/kernel/card.ts'
import { days } from '../../src/kernel/time.ts'
import { balances } from '../../src/ledger/service.ts'
import { codeOf } from '../../src/links/codes.ts'
import { clicksOf, linksOf, shortUrl } from '../../src/links/service.ts'
import { option } from '../../src/option.ts'
import { percent } from '../../src/programs/rules.ts'

const CLICK_DAYS = 30

export default command({
  description: 'One creator: facts, sales, links and decisions',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
  },
  async run(ctx, { creator: creatorId }) {
    const creator = await creatorOf(ctx, creatorId)
    const links = await linksOf(ctx, creator.id)
    const code = await codeOf(ctx, creator.id)
    return creatorCard(creator, {
      locale: ctx.actor.locale,
      rate: percent(rateOf(ctx, creator)),
      decisions: await decisionsOf(ctx, creator.id),
      numbers: creator.state === 'approved' ? await numbersOf(ctx, creator.id) : {},
      links: links.slice(0, 10).map((link) => ({ slug: link.slug, url: shortUrl(ctx, link) })),
      code: code?.code ?? null,
      notes: await notesOf(ctx, creator.id),
    })
  },
})

async function numbersOf(ctx: Context, creatorId: string): Promise<Record<string, Text>> {
  const sold = await ctx.db.line.aggregate({
    where: { programId: ctx.program.id, creatorId },
    _count: true,
    _sum: { base: true },
  })
  const { clicks, unique } = await clicksOf(ctx, creatorId, days(ctx.now, -CLICK_DAYS), days(ctx.now, 1))
  const { pending, payable, paid } = await balances(ctx, creatorId)
  return {
    Sales: [String(sold._count)],
    'Sold, net': [money({ minor: sold._sum.base ?? 0n, currency: ctx.program.currency })],
    [`Clicks, ${CLICK_DAYS} days`]: [`${clicks} (${unique} unique)`],
    Pending: [money(pending)],
    Payable: [money(payable)],
    Paid: [money(paid)],
  }
}
