import { command } from '../src/command.ts'
import { liveCard } from '../src/content/cards-mine.ts'
import { goLive, suggestApproved } from '../src/content/service.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'Say where your approved content is posted',
  form: 'It is posted',
  role: 'creator',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which content', suggestApproved),
    url: optional(option.url('Address of your post', { placeholder: 'https://…' })),
  },
  run: async (ctx, { submission, url }) => liveCard(await goLive(ctx, submission, url)),
})
