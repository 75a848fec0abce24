import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { closedCard } from '../../src/reuse/cards.ts'
import { suggestGalleries } from '../../src/reuse/queries.ts'
import { close } from '../../src/reuse/service.ts'

export default command({
  description: 'Close a gallery: it shows nothing any more, wherever it is embedded',
  role: 'manager',
  visibility: 'private',
  options: { gallery: option.id('gallery', 'Which gallery', suggestGalleries) },
  run: async (ctx, { gallery }) => closedCard(await close(ctx, gallery)),
})
