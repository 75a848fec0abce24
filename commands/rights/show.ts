import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { licenceCard } from '../../src/rights/cards-lists.ts'
import { countsOf } from '../../src/rights/counting.ts'
import { grantOf, historyOf, sideOf, suggestGrants, viewOf } from '../../src/rights/queries.ts'
import { placementsOf } from '../../src/rights/service.ts'

export default command({
  description: 'A licence in full: its clauses, its history, where the content stands',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: { grant: option.id('grant', 'Which licence', suggestGrants()) },
  async run(ctx, { grant }) {
    const found = await grantOf(ctx, grant)
    const placements = await placementsOf(ctx, found.submissionId)
    const placed = { placements, counts: await countsOf(ctx, placements) }
    return licenceCard(await viewOf(ctx, found), await historyOf(ctx, found), placed, sideOf(ctx, found), ctx.now)
  },
})
