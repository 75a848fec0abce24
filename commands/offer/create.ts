import { command } from '../../src/command.ts'
import { suggestTags } from '../../src/creators/notes.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { offerCard } from '../../src/links/cards-offers.ts'
import { carriers, makeOffer } from '../../src/links/offers.ts'
import { readDiscount, readWhen } from '../../src/links/rules-offers.ts'
import { option, optional } from '../../src/option.ts'
import { offerViews } from '../../src/orders/offers.ts'
import { shopsOf } from '../../src/programs/connections.ts'

export default command({
  description: 'Make an offer: a discount or a page for a time, on links and codes that stay the same',
  form: 'Make an offer',
  role: 'manager',
  visibility: 'private',
  options: {
    name: option.text('Name, as creators will read it', { max: 60, placeholder: 'Black Friday 2026' }),
    ends: option.text('Last day', { max: 16, placeholder: '2026-11-30, or 2026-11-30 18:00' }),
    discount: optional(option.text('Discount', { max: 60, placeholder: '20 %, 5.00, or words such as free shipping' })),
    destination: optional(option.text('Page that links lead to', { max: 2_000, placeholder: '/black-friday' })),
    starts: optional(option.text('First day; from now on if empty', { max: 16, placeholder: '2026-11-27' })),
    creator: optional(option.id('creator', 'Only of this creator', (ctx, typed) => suggestCreators(ctx, typed))),
    tag: optional(option.text('Only of creators with this tag', { max: 40, suggest: suggestTags })),
    on: optional(option.choice('On', carriers)),
    minimum: optional(option.text('Only orders from', { max: 20, placeholder: '50.00' })),
    uses: optional(option.integer('Uses of each code while it runs', { min: 1, max: 1_000_000 })),
  },
  async run(ctx, { name, ends, discount, destination, starts, creator, tag, on = 'both', minimum, uses }) {
    const { currency, zone } = ctx.program
    const offer = await makeOffer(
      ctx,
      {
        name,
        ...(discount === undefined ? { percent: null, minor: null, words: null } : readDiscount(discount, currency)),
        destination: destination ?? null,
        minimumMinor: minimum === undefined ? null : typedMoney(minimum, currency).minor || null,
        uses: uses ?? null,
        startsAt: starts === undefined ? ctx.now : readWhen(starts, zone, 'starts'),
        endsAt: readWhen(ends, zone, 'ends'),
      },
      { creatorId: creator, tag, links: on !== 'codes', codes: on !== 'links' },
    )
    const [view] = await offerViews(ctx, [offer])
    return offerCard('The offer stands', view!, ctx.now, (await shopsOf(ctx)).length > 0)
  },
})
