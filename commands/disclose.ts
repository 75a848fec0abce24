import { command } from '../src/command.ts'
import { handedInCard } from '../src/content/cards-mine.ts'
import { viewOf } from '../src/content/queries.ts'
import { tellDisclosure } from '../src/content/service.ts'
import { option } from '../src/option.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Tick where your video says that it is advertising',
  form: 'In your video',
  role: 'creator',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which content'),
    spoken: option.boolean('I say that it is advertising'),
    shown: option.boolean('It can be read in the picture'),
  },
  run: async (ctx, { submission, ...said }) =>
    handedInCard(await viewOf(ctx, await tellDisclosure(ctx, submission, said)), policyOf(ctx.program).answerHours),
})
