import { command } from '../../src/command.ts'
import { historyCard } from '../../src/content/cards-history.ts'
import { historyOf } from '../../src/content/history.ts'
import { suggestWaiting } from '../../src/content/queue.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'All versions of what was handed in, and what changed in each',
  role: 'manager',
  visibility: 'private',
  options: { submission: option.id('submission', 'Which submission', suggestWaiting) },
  async run(ctx, { submission }) {
    const { view, revisions, pieces } = await historyOf(ctx, submission)
    return historyCard(view, revisions, pieces)
  },
})
