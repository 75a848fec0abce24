import { showKit } from '../../src/campaigns/kit.ts'
import { command } from '../../src/command.ts'
import { decisionCard } from '../../src/creators/cards.ts'
import { suggestCreators, waiting } from '../../src/creators/queries.ts'
import { admit } from '../../src/creators/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Let an applicant in',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which applicant', (ctx, typed) => suggestCreators(ctx, typed, 'applied')),
  },
  async run(ctx, { creator: creatorId }) {
    const creator = await admit(ctx, creatorId)
    await showKit(ctx, creator)
    return decisionCard(creator, await waiting(ctx))
  },
})
