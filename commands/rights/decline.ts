import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { decline } from '../../src/rights/asking.ts'
import { sentCard } from '../../src/rights/cards.ts'
import { suggestGrants } from '../../src/rights/queries.ts'

export default command({
  description: 'Say no to an offer for rights, or take your own back',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {
    grant: option.id('grant', 'Which licence', suggestGrants('requested', 'countered')),
    note: optional(option.long('Why, if you like', { max: 500 })),
  },
  run: async (ctx, { grant, note }) => sentCard(await decline(ctx, grant, note), 'Declined'),
})
