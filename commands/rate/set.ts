import { command } from '../../src/command.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { rateSetCard } from '../../src/ledger/cards-rates.ts'
import { setRule } from '../../src/ledger/rates.ts'
import { offerNamed, suggestOfferNames } from '../../src/links/offers.ts'
import { option, optional } from '../../src/option.ts'
import { parsePercent } from '../../src/programs/rules.ts'

export default command({
  description: 'Set a rate of commission for some sales',
  form: 'A rate for some sales',
  role: 'manager',
  visibility: 'private',
  options: {
    name: option.text('Name of the rate, as creators will read it', { max: 60, placeholder: 'Serum launch' }),
    pays: option.text('What it pays: 15 % of the sale, or an amount', { max: 20, placeholder: '15 % or 2.00' }),
    skus: optional(option.text('Only these SKUs; a star ends a prefix', { max: 500, placeholder: 'GLOW-1, GLOW-2 or GLOW-*' })),
    via: optional(option.choice('Only sales through', { code: 'A code', click: 'A link', customer: 'A known customer' })),
    customer: optional(option.choice('Only customers who are', ['new', 'returning'])),
    tier: optional(option.text('Only creators of this tier', { max: 40 })),
    tag: optional(option.text('Only creators with this tag', { max: 40 })),
    offer: optional(option.text('Only sales under this offer', { max: 60, suggest: suggestOfferNames })),
  },
  async run(ctx, { name, pays, skus, via = null, customer = null, tier = null, tag = null, offer: under }) {
    const pay = payOf(pays, ctx.program.currency)
    const offer = under === undefined ? null : await offerNamed(ctx, under)
    const placed = await setRule(ctx, { name, ...pay, ...skusOf(skus), via, customer, tier, tag, offer })
    return rateSetCard(placed, ctx.program.currency)
  },
})

function payOf(typed: string, currency: string): { rateBps: number | null; fixedMinor: bigint | null } {
  if (typed.includes('%')) return { rateBps: parsePercent(typed, 'pays'), fixedMinor: null }
  const { minor } = typedMoney(typed, currency)
  if (minor <= 0n)
    throw new Refusal('invalid', 'A rate pays something.', 'Write a share such as 15 %, or an amount such as 2.00.', 'pays')
  return { rateBps: null, fixedMinor: minor }
}

function skusOf(typed: string | undefined): { skus: string[]; skuPrefix: string | null } {
  const words = (typed ?? '').split(/[\s,;]+/).filter(Boolean)
  const [prefix, ...more] = words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1))
  if (more.length > 0 || prefix === '')
    throw new Refusal(
      'invalid',
      'A rate can have one prefix of SKUs.',
      'Write it like GLOW-*, and set another rate for another.',
      'skus',
    )
  return { skus: words.filter((word) => !word.endsWith('*')), skuPrefix: prefix ?? null }
}
