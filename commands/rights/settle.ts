import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { settledCard } from '../../src/rights/cards.ts'
import { settle } from '../../src/rights/ending.ts'
import { suggestGrants } from '../../src/rights/queries.ts'

export default command({
  description: 'Settle a dispute about rights; both sides read the reason',
  form: 'Settle a dispute',
  role: 'manager',
  visibility: 'private',
  options: {
    grant: option.id('grant', 'Which licence', suggestGrants('disputed')),
    verdict: option.choice('Decision', { stands: 'The licence stands', ends: 'The licence ends now' }),
    reason: option.long('Why, as the creator reads it', { min: 3, max: 1_000 }),
  },
  run: async (ctx, { grant, verdict, reason }) => settledCard(await settle(ctx, grant, verdict, reason), verdict, reason),
})
