import { command } from '../../../src/command.ts'
import { planBulk } from '../../../src/creators/bulk.ts'
import { claimLinksCard } from '../../../src/creators/cards-roster.ts'
import { readFilter } from '../../../src/creators/rules-roster.ts'
import { idsOf } from '../../../src/insight/roster.ts'
import { option } from '../../../src/option.ts'
import { LINK_MINUTES, offerLogin } from '../../../src/people/login.ts'

export default command({
  description: 'Claim links for every creator who fits a filter and has no account yet',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { who: option.text('Who is meant', { max: 400 }) },
  async run(ctx, { who }) {
    const { bulk, meant, without } = await planBulk(ctx, 'invite', await idsOf(ctx, readFilter(who)))
    const path = without === 0 ? '/' : await offerLogin(ctx, ctx.actor.personId, `/roster/${bulk.id}`)
    return claimLinksCard({ meant, without, url: ctx.url(path), minutes: LINK_MINUTES })
  },
})
