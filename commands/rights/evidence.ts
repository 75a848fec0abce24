import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { evidenceCard } from '../../src/rights/cards-lists.ts'
import { evidence } from '../../src/rights/evidence.ts'
import { suggestGrants } from '../../src/rights/queries.ts'

const signed = ['granted', 'expiring', 'expired', 'renewed', 'revoked', 'disputed']

export default command({
  description: 'The proof of a licence, as PDF and JSON',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: { grant: option.id('grant', 'Which licence', suggestGrants(...signed)) },
  async run(ctx, { grant }) {
    const { what, ...urls } = await evidence(ctx, grant)
    return evidenceCard(what, urls)
  },
})
