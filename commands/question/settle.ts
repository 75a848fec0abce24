import { command } from '../../src/command.ts'
import { settledCard } from '../../src/moments/cards-questions.ts'
import { settle } from '../../src/moments/questions.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'An earlier answer helped; nothing needs to be sent',
  role: 'creator',
  visibility: 'private',
  // Reached from what was found.
  listed: false,
  options: {
    question: option.id('question', 'Which question'),
    answer: option.id('question', 'Which answer helped'),
  },
  async run(ctx, { question, answer }) {
    await settle(ctx, question, answer)
    return settledCard()
  },
})
