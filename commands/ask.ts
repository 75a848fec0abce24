import { command } from '../src/command.ts'
import { sentCard, similarCard } from '../src/moments/cards-questions.ts'
import { ask } from '../src/moments/questions.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'Ask the team something about the products',
  form: 'Ask about a product',
  role: 'creator',
  visibility: 'private',
  options: { words: option.long('Your question', { min: 8, max: 500, placeholder: 'Can the serum be used with retinol?' }) },
  async run(ctx, { words }) {
    const { question, similar, sent } = await ask(ctx, words)
    return sent ? sentCard() : similarCard(question, similar)
  },
})
