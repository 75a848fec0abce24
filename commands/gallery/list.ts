import { command } from '../../src/command.ts'
import { listCard } from '../../src/reuse/cards.ts'
import { listOf } from '../../src/reuse/views.ts'

export default command({
  description: 'The galleries on your pages, and how much each shows',
  role: 'manager',
  visibility: 'private',
  options: {},
  run: async (ctx) => listCard(await listOf(ctx)),
})
