import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { settledCard } from '../../src/rights/cards.ts'
import { dispute } from '../../src/rights/ending.ts'
import { suggestGrants } from '../../src/rights/queries.ts'

export default command({
  description: 'Say what is wrong with how your content is used; nothing new is placed until it is settled',
  form: 'Dispute a licence',
  role: 'creator',
  visibility: 'private',
  options: {
    grant: option.id('grant', 'Which licence', suggestGrants('granted', 'expiring', 'renewed')),
    reason: option.long('What is wrong', { min: 3, max: 1_000 }),
  },
  run: async (ctx, { grant, reason }) => settledCard(await dispute(ctx, grant, reason), 'disputed', reason),
})
