import { command } from '../../src/command.ts'
import { ideasCard } from '../../src/moments/cards-questions.ts'
import { ideas } from '../../src/moments/questions.ts'
import { IDEA_DAYS } from '../../src/moments/rules-questions.ts'

export default command({
  description: 'What creators ask most, as ideas for the next moment',
  role: 'manager',
  visibility: 'private',
  options: {},
  run: async (ctx) => ideasCard(await ideas(ctx, 5), IDEA_DAYS),
})
