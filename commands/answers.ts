import { command } from '../src/command.ts'
import { insideOnly } from '../src/creators/way-in.ts'
import { answersCard } from '../src/moments/cards-questions.ts'
import { answers, suggestTags, waiting } from '../src/moments/questions.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'What was asked about the products, and the answers',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {
    search: optional(option.text('Words to look for', { placeholder: 'serum retinol' })),
    tag: optional(option.text('Tag', { max: 40, suggest: suggestTags })),
  },
  async run(ctx, { search, tag }) {
    await insideOnly(ctx, 'Answers are')
    const { found, total, near } = await answers(ctx, search, tag)
    return answersCard(
      { found, total, near, searched: search !== undefined || tag !== undefined },
      await waiting(ctx),
      ctx.actor.creatorId !== undefined,
    )
  },
})
