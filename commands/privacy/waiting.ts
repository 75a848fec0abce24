import { command } from '../../src/command.ts'
import { waitingCard } from '../../src/privacy/cards.ts'
import { waiting } from '../../src/privacy/service.ts'

export default command({
  description: 'Who asked to be forgotten, when, and what it waits for',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    return waitingCard(await waiting(ctx))
  },
})
