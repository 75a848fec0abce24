import { suggestMissions } from '../src/campaigns/service.ts'
import { command } from '../src/command.ts'
import { handedInCard } from '../src/content/cards-mine.ts'
import { wordsAgain } from '../src/content/correct.ts'
import { viewOf } from '../src/content/queries.ts'
import { kinds } from '../src/content/rules-kinds.ts'
import { submit, submitAgain, suggestUnfinished } from '../src/content/service.ts'
import { intents } from '../src/moments/rules.ts'
import { checkMoment } from '../src/moments/service.ts'
import { carried, option, optional } from '../src/option.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Hand in content: a link to your post or a file',
  role: 'creator',
  visibility: 'private',
  form: 'Hand in content',
  options: {
    caption: option.long('The caption you will post', { placeholder: 'With the disclosure in the first line' }),
    url: optional(option.urls('Link to your post, or several', { placeholder: 'https://…' })),
    file: optional(option.file('Or a file: picture, film or PDF')),
    kind: optional(option.choice('What it is', kinds)),
    mission: optional(option.id('mission', 'For which mission', suggestMissions)),
    submission: optional(option.id('submission', 'Changes were asked for: which one is this?', suggestUnfinished)),
    spoken: optional(option.boolean('Video: I say that it is advertising')),
    shown: optional(option.boolean('Video: it can be read in the picture')),
    intent: optional(option.choice('What it helps a shopper to do', intents)),
    moment: carried(option.id('moment', 'For which moment')),
  },
  begin: (ctx, { submission }) => wordsAgain(ctx, submission),
  async run(ctx, { mission, submission, moment, ...given }) {
    if (moment) await checkMoment(ctx, moment)
    const handIn = { ...given, missionId: mission, momentId: moment }
    const handedIn = submission ? await submitAgain(ctx, submission, handIn) : await submit(ctx, handIn)
    return handedInCard(await viewOf(ctx, handedIn), policyOf(ctx.program).answerHours)
  },
})
