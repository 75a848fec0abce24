import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { settledCard } from '../../src/rights/cards.ts'
import { revoke } from '../../src/rights/ending.ts'
import { suggestGrants } from '../../src/rights/queries.ts'

export default command({
  description: 'Take back a right that was granted, or give it back as the brand',
  form: 'End a licence',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {
    grant: option.id('grant', 'Which licence', suggestGrants('granted', 'expiring', 'renewed', 'disputed')),
    reason: option.long('Reason', { min: 3, max: 500 }),
  },
  run: async (ctx, { grant, reason }) => settledCard(await revoke(ctx, grant, reason), 'revoked', reason),
})
