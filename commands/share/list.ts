import { command } from '../../src/command.ts'
import { listCard } from '../../src/shares/cards.ts'
import { waitingShares } from '../../src/shares/queries.ts'

export default command({
  description: 'What customers sent and nobody has answered, and what has to come down',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { waiting, total, down } = await waitingShares(ctx)
    return listCard(waiting, total, down)
  },
})
