import { command } from '../src/command.ts'
import { handedInCard } from '../src/content/cards-mine.ts'
import { viewOf } from '../src/content/queries.ts'
import { addTo } from '../src/content/service.ts'
import { option, optional } from '../src/option.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Add a link or a file to content that waits',
  form: 'Add a link or a file',
  role: 'creator',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which content'),
    url: optional(option.urls('Link, or several', { placeholder: 'https://…' })),
    file: optional(option.file('Or a file: picture, film or PDF')),
  },
  run: async (ctx, { submission, ...more }) =>
    handedInCard(await viewOf(ctx, await addTo(ctx, submission, more)), policyOf(ctx.program).answerHours),
})
