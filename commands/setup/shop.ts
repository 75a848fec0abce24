import { command } from '../../src/command.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { inTurn } from '../../src/kernel/turn.ts'
import { codesIn, makeMissing } from '../../src/links/shop-state.ts'
import { option, optional } from '../../src/option.ts'
import { LINK_MINUTES, offerLogin } from '../../src/people/login.ts'
import { shopsCard } from '../../src/programs/cards-shops.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { shopsOf, shopViews } from '../../src/programs/connections.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { allShopNames, shopName, shopTitle } from '../../src/programs/rules-shops.ts'

export default command({
  description: 'Connected shops: what stands, and the page to connect one',
  role: 'admin',
  visibility: 'private',
  options: {
    codes: optional(option.choice('Make the missing codes in', allShopNames)),
    grace_days: optional(option.integer('Days a renamed code goes on', { min: 0, max: 90 })),
    leak_hours: optional(option.integer('Hours a leaked code still counts', { min: 0, max: 168 })),
    minimum: optional(option.text('Codes only for orders from; 0 for all', { max: 20, placeholder: '50.00' })),
    uses: optional(option.integer('Uses of each code in all; 0 for no limit', { min: 0, max: 1_000_000 })),
  },
  async run(ctx, { codes: source, grace_days: days, leak_hours: hours, minimum, uses }) {
    const change = {
      ...(days === undefined ? {} : { codeGraceDays: days }),
      ...(hours === undefined ? {} : { leakGraceHours: hours }),
      ...(minimum === undefined ? {} : { codeMinimumMinor: leastOf(minimum, ctx.program.currency) }),
      ...(uses === undefined ? {} : { codeUses: uses === 0 ? null : uses }),
    }
    const policy = Object.keys(change).length > 0 ? (await changePolicy(ctx, change)).now : policyOf(ctx.program)
    let asked: { name: string; count: number } | undefined
    if (source !== undefined) {
      const connection = (await shopsOf(ctx)).find((one) => one.source === source)
      if (!connection)
        throw new Refusal('not_found', `${shopName(source)} is not connected.`, 'Connect it with /setup shop first.', 'codes')
      asked = { name: shopTitle(connection), count: await makeMissing(ctx, connection) }
    }
    const views = await shopViews(ctx)
    const shops = await inTurn(views, async ({ id, shop: _, ...view }) => ({ ...view, codes: await codesIn(ctx, id ?? '') }))
    const page = ctx.url(await offerLogin(ctx, ctx.actor.personId, '/setup/shop'))
    return shopsCard({ shops, page, minutes: LINK_MINUTES, asked, policy, currency: ctx.program.currency })
  },
})

function leastOf(typed: string, currency: string): string {
  const { minor } = typedMoney(typed, currency)
  if (minor < 0n) throw new Refusal('invalid', 'An order is worth something.', 'Write an amount such as 50.00, or 0.', 'minimum')
  return minor.toString()
}
