import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { answerCard } from '../../src/shares/cards.ts'
import { suggestShares, viewOf } from '../../src/shares/queries.ts'
import { approve } from '../../src/shares/service.ts'

export default command({
  description: 'Approve what a customer sent, so that galleries may show it',
  role: 'manager',
  visibility: 'private',
  options: { share: option.id('share', 'Which entry', suggestShares('submitted', 'rejected')) },
  async run(ctx, { share: id }) {
    const { share, done } = await approve(ctx, id)
    return answerCard(await viewOf(ctx, share), done)
  },
})
