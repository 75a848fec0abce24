import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { removedCard } from '../../src/reuse/cards.ts'
import { suggestGalleries } from '../../src/reuse/queries.ts'
import { takeOut } from '../../src/reuse/service.ts'
import { suggestContent } from '../../src/rights/queries.ts'

export default command({
  description: 'Take content out of a gallery',
  form: 'Take content out',
  role: 'manager',
  visibility: 'private',
  options: {
    gallery: option.id('gallery', 'Which gallery', suggestGalleries),
    submission: option.id('submission', 'Which content', suggestContent),
  },
  run: async (ctx, { gallery, submission }) => removedCard(await takeOut(ctx, gallery, submission)),
})
