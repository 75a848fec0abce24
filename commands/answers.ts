import { command } from '../src/command.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { answersCard } from '../src/moments/cards-questions.ts'
import { answers, suggestTags, waiting } from '../src/moments/questions.ts'
import { option, optional } from '../src/option.ts'
import { atLeast } from '../src/people/service.ts'

export default command({
  description: 'What was asked about the products, and the answers',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: {
    search: optional(option.text('Words to look for', { placeholder: 'serum retinol' })),
    tag: optional(option.text('Tag', { max: 40, suggest: suggestTags })),
  },
  async run(ctx, { search, tag }) {
    if (!atLeast(ctx.actor.role, 'creator'))
      throw new Refusal('not_allowed', 'Answers are for creators of the program.', 'Join first with /apply.')
    const { found, total, near } = await answers(ctx, search, tag)
    return answersCard(
      { found, total, near, searched: search !== undefined || tag !== undefined },
      await waiting(ctx),
      ctx.actor.creatorId !== undefined,
    )
  },
})
