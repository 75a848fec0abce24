import { command } from '../src/command.ts'
import { captionCard } from '../src/content/cards-disclosure.ts'
import { handedInCard } from '../src/content/cards-mine.ts'
import { captionToPaste, correctCaption, isCorrectable } from '../src/content/correct.ts'
import { pasteCaption } from '../src/content/live.ts'
import { viewOf } from '../src/content/queries.ts'
import { suggestCaptions } from '../src/content/service.ts'
import { option } from '../src/option.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Correct a caption that waits for review, or paste that of a post that could not be read',
  form: 'Paste the caption',
  role: 'anyone',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which post', suggestCaptions),
    caption: option.long('The caption as it stands there now', { max: 4_000 }),
  },
  async begin(ctx, { submission }) {
    const caption = submission === undefined ? undefined : await captionToPaste(ctx, submission)
    return caption === undefined ? undefined : { caption }
  },
  async run(ctx, { submission, caption }) {
    if (await isCorrectable(ctx, submission))
      return handedInCard(await viewOf(ctx, await correctCaption(ctx, submission, caption)), policyOf(ctx.program).answerHours)
    const { view, verdict } = await pasteCaption(ctx, submission, caption)
    return captionCard(view, verdict)
  },
})
