import type { Context } from '../context.ts'
import { job } from '../job.ts'
import type { Card } from '../kernel/card.ts'
import { rateNewsCard } from '../ledger/cards-rates.ts'
import { concerned } from '../ledger/rates.ts'
import { noticeCard } from '../programs/cards-commission.ts'
import { policyOf, policySchema } from '../programs/rules.ts'

const AT_ONCE = 200

type News = { key: string; card: Card; rule: { tag: string | null; tier: string | null } | null }

export default job({
  about: 'Tells the creators concerned of a rate or of terms that will be worse for them',
  async run(app, { program = '', what = '', id = '' }) {
    for (let after = ''; ; ) {
      // Told under one key: whoever heard of it before is not told again.
      const last = await app.within(program, async (ctx) => {
        const news = what === 'rate' ? await ofRate(ctx, id) : ofTerms(ctx, id)
        if (!news) return undefined
        const creators = await concerned(ctx, news.rule, after, AT_ONCE)
        for (const { personId } of creators) await ctx.show({ person: personId }, news.key, news.card)
        return creators.at(-1)?.id
      })
      if (last === undefined) break
      after = last
    }
    app.ring('deliver')
  },
})

async function ofRate(ctx: Context, ruleId: string): Promise<News | undefined> {
  const rule = await ctx.db.rateRule.findFirst({ where: { id: ruleId, programId: ctx.program.id } })
  if (!rule?.to) return undefined
  const next = await ctx.db.rateRule.findFirst({
    where: { programId: ctx.program.id, name: { equals: rule.name, mode: 'insensitive' }, from: rule.to },
  })
  const { currency, name } = ctx.program
  return { key: `rate:${rule.id}:${rule.to.toISOString()}`, card: rateNewsCard(name, rule, next, currency), rule }
}

function ofTerms(ctx: Context, from: string): News | undefined {
  const before = policyOf(ctx.program)
  const change = before.planned.find((one) => one.from === from)?.change
  if (!change) return undefined
  const after = policySchema.parse({ ...before, ...change })
  const { currency, name } = ctx.program
  return { key: `terms-change:${from}`, card: noticeCard(name, before, after, new Date(from), currency), rule: null }
}
