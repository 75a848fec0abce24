import { command } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { rateEndedCard } from '../../src/ledger/cards-rates.ts'
import { endRule, openRules } from '../../src/ledger/rates.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'End a rate of commission when the notice is over',
  role: 'manager',
  visibility: 'private',
  options: { rule: option.id('rule', 'Which rate', suggestRules) },
  async run(ctx, { rule }) {
    return rateEndedCard(await endRule(ctx, rule), ctx.now)
  },
})

async function suggestRules(ctx: Context, typed: string) {
  const rules = await openRules(ctx)
  return rules
    .filter((rule) => rule.to === null && rule.name.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, 25)
    .map((rule) => ({ label: rule.name, value: rule.id }))
}
