import { command } from '../../src/command.ts'
import { newsletterCard } from '../../src/messages/cards-newsletter.ts'
import { setLetter } from '../../src/messages/newsletter.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Words of your own in the newsletter, and whether it runs',
  form: 'Change the newsletter',
  role: 'manager',
  visibility: 'private',
  options: {
    words: optional(option.long('What it begins with, or none', { max: 1_000 })),
    link: optional(option.url('Page it leads to')),
    state: optional(option.choice('It is', { running: 'Running', paused: 'Paused' })),
  },
  oneOf: ['words', 'link', 'state'],
  async run(ctx, plan) {
    const changed = Object.values(plan).some((value) => value !== undefined)
    return newsletterCard(await setLetter(ctx, plan), changed)
  },
})
