import { showKit } from '../src/campaigns/kit.ts'
import { command } from '../src/command.ts'
import { wayInOf } from '../src/creators/way-in.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { replacedNewsCard, rotatedCard } from '../src/links/cards-codes.ts'
import { rotate, suggestActive, viewOf } from '../src/links/codes.ts'
import { option, optional } from '../src/option.ts'
import { atLeast } from '../src/people/service.ts'

export default command({
  description: 'End a code that leaked and make a new one',
  form: 'Replace a code',
  // Creators do it with their own code, managers with any; the service looks whose it is.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {
    code: option.id('code', 'Which code', suggestActive),
    why: optional(option.choice('Why', { leaked: 'It leaked', asked: 'Another reason' })),
  },
  async run(ctx, { code: codeId, why }) {
    const manager = atLeast(ctx.actor.role, 'manager')
    // Whoever has left or was banned keeps the code they had, and gets no other.
    if (!atLeast(ctx.actor.role, 'creator'))
      throw new Refusal('not_allowed', '/rotate is for creators and managers.', await wayInOf(ctx))
    const { old, fresh, creator } = await rotate(ctx, codeId, why ?? 'leaked')
    if (fresh) await showKit(ctx, creator)
    const own = creator.id === ctx.actor.creatorId
    if (!manager) await ctx.show({ channel: 'managers' }, `renewed:${old.id}`, replacedNewsCard(old, creator, fresh !== null))
    const { shops } = await viewOf(ctx, fresh ?? old)
    return rotatedCard(old, creator, { own, renewed: fresh !== null, inShops: shops.length > 0 })
  },
})
