import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { sentCard } from '../../src/rights/cards.ts'
import { renew } from '../../src/rights/ending.ts'
import { suggestGrants } from '../../src/rights/queries.ts'

export default command({
  description: 'Ask for the same rights again, for the same fee and as long',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: { grant: option.id('grant', 'Which licence', suggestGrants('granted', 'expiring', 'expired')) },
  run: async (ctx, { grant }) => sentCard(await renew(ctx, grant), 'The renewal is on the table'),
})
