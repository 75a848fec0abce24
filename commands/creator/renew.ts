import { command } from '../../src/command.ts'
import { invitedCard } from '../../src/creators/cards-roster.ts'
import { INVITE_DAYS, inviteAgain } from '../../src/creators/invites.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { rateOf } from '../../src/creators/service.ts'
import { percent } from '../../src/kernel/money.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'A new link for someone who has no account yet; the old one ends',
  role: 'manager',
  visibility: 'private',
  options: { creator: option.id('creator', 'Whose', (ctx, typed) => suggestCreators(ctx, typed)) },
  async run(ctx, { creator }) {
    const made = await inviteAgain(ctx, creator)
    return invitedCard({ ...made, rate: percent(rateOf(ctx, made.creator)), days: INVITE_DAYS })
  },
})
