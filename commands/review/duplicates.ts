import { command } from '../../src/command.ts'
import { duplicatesCard } from '../../src/content/near.ts'
import { suggestWaiting } from '../../src/content/queue.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Show content beside what looks the same and was handed in before',
  role: 'manager',
  visibility: 'private',
  options: { submission: option.id('submission', 'Which submission', suggestWaiting) },
  run: (ctx, { submission }) => duplicatesCard(ctx, submission),
})
