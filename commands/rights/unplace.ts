import { command } from '../../src/command.ts'
import { isId } from '../../src/kernel/id.ts'
import { option } from '../../src/option.ts'
import { placementCard } from '../../src/rights/cards-lists.ts'
import { namesOf } from '../../src/rights/queries.ts'
import { suggestPlacements, unplace } from '../../src/rights/takedown.ts'
import { showTakedown } from '../../src/shares/service.ts'

export default command({
  description: 'Say that content was taken down from a place',
  role: 'manager',
  visibility: 'private',
  options: { placement: option.id('placement', 'Which placement', suggestPlacements) },
  async run(ctx, { placement }) {
    const down = await unplace(ctx, placement)
    if (isId('share', down.submissionId)) await showTakedown(ctx, down.submissionId)
    return placementCard(down, (await namesOf(ctx, [down.submissionId])).get(down.submissionId) ?? 'content', null)
  },
})
