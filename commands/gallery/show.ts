import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { galleryCard } from '../../src/reuse/cards.ts'
import { galleryOf, suggestGalleries } from '../../src/reuse/queries.ts'
import { viewOf } from '../../src/reuse/views.ts'

export default command({
  description: 'What a gallery shows by which licence, and how it gets onto a page',
  role: 'manager',
  visibility: 'private',
  options: { gallery: option.id('gallery', 'Which gallery', suggestGalleries) },
  run: async (ctx, { gallery }) => galleryCard(await viewOf(ctx, await galleryOf(ctx, gallery))),
})
