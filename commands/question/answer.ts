import { command } from '../../src/command.ts'
import { toldCard } from '../../src/moments/cards-questions.ts'
import { answer, suggestOpen, suggestTags } from '../../src/moments/questions.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Answer a question about the products',
  form: 'Answer a question',
  role: 'manager',
  visibility: 'private',
  options: {
    question: option.id('question', 'Which question', suggestOpen),
    words: option.long('The answer', { max: 1_500 }),
    link: optional(option.url('A page that says more', { placeholder: 'https://…' })),
    tag: optional(option.text('Tag', { max: 40, placeholder: 'serum', suggest: suggestTags })),
  },
  run: async (ctx, { question, words, link, tag }) => toldCard(await answer(ctx, question, { words, link, tag })),
})
