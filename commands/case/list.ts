import { command } from '../../src/command.ts'
import { atLeast } from '../../src/people/service.ts'
import { listCard } from '../../src/trust/cards.ts'
import { listCases } from '../../src/trust/lists.ts'

export default command({
  description: 'Cases about orders: what is held, and what was decided',
  // Former creators still see what became of theirs.
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {},
  run: async (ctx) => listCard(await listCases(ctx), atLeast(ctx.actor.role, 'manager')),
})
