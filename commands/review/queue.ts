import { command } from '../../src/command.ts'
import { lookCard, queueCard } from '../../src/content/cards-queue.ts'
import { submissionOf, viewOf } from '../../src/content/queries.ts'
import { entriesWaiting, queue, suggestWaiting } from '../../src/content/queue.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'What waits for review, oldest first',
  role: 'manager',
  visibility: 'private',
  options: { submission: optional(option.id('submission', 'Look at one of them', suggestWaiting)) },
  async run(ctx, { submission }) {
    if (submission) return lookCard(await viewOf(ctx, await submissionOf(ctx, submission)))
    const { waiting, total } = await queue(ctx)
    return queueCard(waiting, total, (await entriesWaiting(ctx)).count)
  },
})
