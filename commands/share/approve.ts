import { command } from '../../src/command.ts'
import { carried, option } from '../../src/option.ts'
import { answerCard } from '../../src/shares/cards.ts'
import { answerOnward } from '../../src/shares/next.ts'
import { suggestShares, viewOf } from '../../src/shares/queries.ts'
import { approve } from '../../src/shares/service.ts'

export default command({
  description: 'Approve what a customer sent, so that galleries may show it',
  role: 'manager',
  visibility: 'private',
  options: {
    share: option.id('share', 'Which entry', suggestShares('submitted', 'rejected')),
    onward: carried(option.boolean('Show the next one after it')),
    seen: carried(option.choice('What was seen of it', ['words'])),
  },
  async run(ctx, { share: id, onward, seen }) {
    const { share, done } = await approve(ctx, id, seen)
    return answerOnward(ctx, answerCard(await viewOf(ctx, share), done), id, onward)
  },
})
