import { rejoin } from '../../src/campaigns/seats.ts'
import { command } from '../../src/command.ts'
import { changedCard } from '../../src/creators/cards-roster.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { resume } from '../../src/creators/standing.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Let a paused creator go on',
  role: 'manager',
  visibility: 'private',
  options: { creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed, 'paused')) },
  async run(ctx, { creator: creatorId }) {
    const creator = await resume(ctx, creatorId)
    await rejoin(ctx, creator.id)
    return changedCard(creator, `${creator.name} is back`, 'New orders earn again. They were told.')
  },
})
