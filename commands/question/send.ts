import { command } from '../../src/command.ts'
import { sentCard } from '../../src/moments/cards-questions.ts'
import { send } from '../../src/moments/questions.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Send a question although something like it was answered',
  role: 'creator',
  visibility: 'private',
  // Reached from what was found.
  listed: false,
  options: { question: option.id('question', 'Which question') },
  async run(ctx, { question }) {
    await send(ctx, question)
    return sentCard()
  },
})
