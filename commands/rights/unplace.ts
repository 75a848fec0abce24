import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { placementCard } from '../../src/rights/cards-lists.ts'
import { namesOf } from '../../src/rights/queries.ts'
import { suggestPlacements, unplace } from '../../src/rights/takedown.ts'

export default command({
  description: 'Say that content was taken down from a place',
  role: 'manager',
  visibility: 'private',
  options: { placement: option.id('placement', 'Which placement', suggestPlacements) },
  async run(ctx, { placement }) {
    const down = await unplace(ctx, placement)
    return placementCard(down, (await namesOf(ctx, [down.submissionId])).get(down.submissionId) ?? 'content', null)
  },
})
