import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { atLeast } from '../../src/people/service.ts'
import { caseCard, ownCaseCard } from '../../src/trust/cards.ts'
import { suggestCases } from '../../src/trust/lists.ts'
import { viewOf } from '../../src/trust/queries.ts'

export default command({
  description: 'One case: its orders, why, and what was decided',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: { case: option.id('case', 'Which case', suggestCases) },
  async run(ctx, given) {
    const view = await viewOf(ctx, given.case)
    const own = view.creator.personId === ctx.actor.personId || !atLeast(ctx.actor.role, 'manager')
    return own ? ownCaseCard(view) : caseCard(view)
  },
})
