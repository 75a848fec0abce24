import { command } from '../../src/command.ts'
import { newsletterCard } from '../../src/messages/cards-newsletter.ts'
import { previewLetter } from '../../src/messages/newsletter.ts'

export default command({
  description: 'What the next newsletter says, for whom and when',
  role: 'manager',
  visibility: 'private',
  options: {},
  run: async (ctx) => newsletterCard(await previewLetter(ctx)),
})
