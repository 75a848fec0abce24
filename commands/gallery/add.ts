import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { addedCard } from '../../src/reuse/cards.ts'
import { suggestGalleries } from '../../src/reuse/queries.ts'
import { add } from '../../src/reuse/service.ts'
import { suggestContent } from '../../src/rights/queries.ts'

export default command({
  description: 'Put content into a gallery; refused when no licence covers it',
  form: 'Add content',
  role: 'manager',
  visibility: 'private',
  options: {
    gallery: option.id('gallery', 'Which gallery', suggestGalleries),
    submission: option.id('submission', 'Which content', suggestContent),
  },
  async run(ctx, { gallery, submission }) {
    const added = await add(ctx, gallery, submission)
    return addedCard(added.gallery, added.piece)
  },
})
