import { command } from '../src/command.ts'
import { subject } from '../src/content/cards.ts'
import { withdraw } from '../src/content/service.ts'
import { buttons, card } from '../src/kernel/card.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'Take back content that is not decided yet',
  role: 'creator',
  visibility: 'private',
  listed: false,
  options: { submission: option.id('submission', 'Which submission') },
  async run(ctx, { submission }) {
    const view = await withdraw(ctx, submission)
    return card(
      `Withdrawn: ${subject(view)}`,
      'Nobody looks at it any more. You may hand it in again later.',
      buttons({ label: 'Show content', run: 'content' }),
    )
  },
})
