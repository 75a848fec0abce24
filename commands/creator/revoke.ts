import { command } from '../../src/command.ts'
import { changedCard } from '../../src/creators/cards-roster.ts'
import { revokeInvite } from '../../src/creators/invites.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Take an invitation back',
  role: 'manager',
  visibility: 'private',
  options: { creator: option.id('creator', 'Whose', (ctx, typed) => suggestCreators(ctx, typed, 'invited')) },
  async run(ctx, { creator: creatorId }) {
    const creator = await revokeInvite(ctx, creatorId)
    return changedCard(creator, `The invitation for ${creator.name} has ended`, 'The link leads nowhere from now on.')
  },
})
