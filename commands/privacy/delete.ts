import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { askedCard, outlookCard } from '../../src/privacy/cards.ts'
import { ask, outlook } from '../../src/privacy/service.ts'

export default command({
  description: 'See what would go and what would stay, and be forgotten in two weeks',
  role: 'anyone',
  visibility: 'private',
  options: {
    sure: optional(
      option.choice('Are you sure', { yes: 'Yes, after I am paid', waive: 'Yes, and I give up what is owed to me' }),
    ),
  },
  async run(ctx, { sure }) {
    return sure === undefined ? outlookCard(await outlook(ctx)) : askedCard(await ask(ctx, sure === 'waive'), false)
  },
})
