import { command } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { option } from '../../src/option.ts'
import { givenCard } from '../../src/orders/cards-tiers.ts'
import { giveTier } from '../../src/orders/give-tier.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'Give a creator a tier, whatever they sell; or take it back',
  form: 'A tier by hand',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
    tier: option.text('Which tier; or none, so that their sales decide', { max: 40, suggest: suggestTiers }),
  },
  async run(ctx, { creator, tier }) {
    return givenCard(await giveTier(ctx, creator, tier.trim().toLowerCase() === 'none' ? null : tier))
  },
})

async function suggestTiers(ctx: Context, typed: string) {
  const names = [...(policyOf(ctx.program).tiers?.steps ?? []).map(({ name }) => name), 'none']
  return names.filter((name) => name.toLowerCase().includes(typed.toLowerCase())).map((name) => ({ label: name, value: name }))
}
