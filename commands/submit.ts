import { suggestMissions } from '../src/campaigns/service.ts'
import { command } from '../src/command.ts'
import { handedInCard } from '../src/content/cards.ts'
import { viewOf } from '../src/content/queries.ts'
import { submit, submitAgain, suggestUnfinished } from '../src/content/service.ts'
import { option, optional } from '../src/option.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Hand in content: a link to your post or a file',
  role: 'creator',
  visibility: 'private',
  form: 'Hand in content',
  options: {
    caption: option.long('The caption you will post', { placeholder: 'With the disclosure in the first line' }),
    url: optional(option.url('Link to your post', { placeholder: 'https://…' })),
    file: optional(option.file('Or a file: picture, film or PDF up to 25 MB')),
    mission: optional(option.id('mission', 'For which mission', suggestMissions)),
    submission: optional(option.id('submission', 'Changed content for', suggestUnfinished)),
  },
  async run(ctx, { caption, url, file, mission, submission }) {
    const handIn = { caption, url, file, missionId: mission }
    const handedIn = submission ? await submitAgain(ctx, submission, handIn) : await submit(ctx, handIn)
    return handedInCard(await viewOf(ctx, handedIn), policyOf(ctx.program).answerHours)
  },
})
