import { command } from '../src/command.ts'
import { lookingCard } from '../src/content/cards-disclosure.ts'
import { lookAgain } from '../src/content/live.ts'
import { suggestApproved } from '../src/content/service.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'Have a post read again after its caption was changed',
  role: 'anyone',
  visibility: 'private',
  listed: false,
  options: { submission: option.id('submission', 'Which post', suggestApproved) },
  run: async (ctx, { submission }) => lookingCard(await lookAgain(ctx, submission)),
})
