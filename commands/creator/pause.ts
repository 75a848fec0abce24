import { command } from '../../src/command.ts'
import { changedCard } from '../../src/creators/cards-roster.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { pause } from '../../src/creators/standing.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Pause a creator: links work on, new orders earn nothing',
  role: 'manager',
  visibility: 'private',
  options: { creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed, 'approved')) },
  async run(ctx, { creator: creatorId }) {
    const creator = await pause(ctx, creatorId)
    return changedCard(
      creator,
      `${creator.name} is paused`,
      'Their links work for shoppers, and new orders earn nothing. They were told.',
    )
  },
})
