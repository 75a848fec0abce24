import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { liftCard } from '../../src/reuse/cards.ts'
import { suggestGalleries } from '../../src/reuse/queries.ts'
import { liftView } from '../../src/reuse/views.ts'

export default command({
  description: 'How often a gallery was seen and clicked, and what it sold',
  role: 'manager',
  visibility: 'private',
  options: { gallery: option.id('gallery', 'Which gallery', suggestGalleries) },
  run: async (ctx, { gallery }) => liftCard(await liftView(ctx, gallery)),
})
