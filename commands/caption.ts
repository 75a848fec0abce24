import { command } from '../src/command.ts'
import { captionCard } from '../src/content/cards-disclosure.ts'
import { pasteCaption } from '../src/content/live.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'Paste the caption of a post that could not be read, or that you have changed',
  form: 'Paste the caption',
  role: 'anyone',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which post'),
    caption: option.long('The caption as it stands there now', { max: 4_000 }),
  },
  async run(ctx, { submission, caption }) {
    const { view, verdict } = await pasteCaption(ctx, submission, caption)
    return captionCard(view, verdict)
  },
})
