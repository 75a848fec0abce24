import { command } from '../../src/command.ts'
import { figureTermsCard } from '../../src/insight/cards-reports.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { parsePercent, policyOf } from '../../src/programs/rules.ts'

/** A margin of nothing, or what is no percentage, says nothing about a brand. */
function marginOf(typed: string): number {
  const bps = /[1-9]/.test(typed) && /^\d{1,3}(?:[.,]\d{1,2})?\s*%?$/.test(typed.trim()) ? parsePercent(typed, 'margin') : 0
  if (bps === 0)
    throw new Refusal('invalid', 'The margin is a percentage above 0 and up to 100.', 'Write it like 45 or 37.5.', 'margin')
  return bps
}

export default command({
  description: 'What the figures reckon with: margin, discounts, and how long a customer counts',
  form: 'Change the figures',
  role: 'admin',
  visibility: 'private',
  options: {
    margin: optional(
      option.text('What is left of net revenue after goods and delivery, in percent', { max: 8, placeholder: '45' }),
    ),
    discounts: optional(option.choice('Are discounts a cost', { yes: 'Yes, count them', no: 'No' })),
    horizon: optional(option.choice('LTV of how many days', { '90': '90 days', '180': '180 days', '365': '365 days' })),
  },
  async run(ctx, { margin, discounts, horizon }) {
    const before = policyOf(ctx.program).figures
    const change = {
      ...(margin === undefined ? {} : { marginBps: marginOf(margin) }),
      ...(discounts === undefined ? {} : { discountsCost: discounts === 'yes' }),
      ...(horizon === undefined ? {} : { horizonDays: Number(horizon) as 90 | 180 | 365 }),
    }
    if (Object.keys(change).length === 0) return figureTermsCard(before)
    return figureTermsCard((await changePolicy(ctx, { figures: { ...before, ...change } })).now.figures)
  },
})
