import { command } from '../../src/command.ts'
import { keptCard } from '../../src/privacy/cards.ts'
import { keep } from '../../src/privacy/service.ts'

export default command({
  description: 'Change your mind: your data is not deleted',
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    await keep(ctx)
    return keptCard
  },
})
