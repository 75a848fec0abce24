import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { removedCard } from '../../src/reuse/cards.ts'
import { galleryOf, suggestGalleries } from '../../src/reuse/queries.ts'
import { takeOut } from '../../src/reuse/service.ts'
import { suggestContent } from '../../src/rights/queries.ts'
import { suggestShares } from '../../src/shares/queries.ts'

export default command({
  description: 'Take content out of a gallery',
  form: 'Take content out',
  role: 'manager',
  visibility: 'private',
  options: {
    gallery: option.id('gallery', 'Which gallery', suggestGalleries),
    submission: optional(option.id('submission', 'Which content', suggestContent)),
    share: optional(option.id('share', 'Or which entry of a customer', suggestShares('approved'))),
  },
  oneOf: ['submission', 'share'],
  async run(ctx, { gallery, submission, share }) {
    await galleryOf(ctx, gallery)
    const content = submission ?? share
    if (content === undefined)
      throw new Refusal('invalid', 'Nothing was picked.', 'Pick content, or an entry of a customer.', 'submission')
    return removedCard(await takeOut(ctx, gallery, content))
  },
})
