import { command } from '../src/command.ts'
import { creatorOf } from '../src/creators/service.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { linkCard } from '../src/links/cards.ts'
import { amazonCard } from '../src/links/cards-amazon.ts'
import { offerNow } from '../src/links/offers.ts'
import { amazonLink, isAmazonAddress } from '../src/links/rules-amazon.ts'
import { linksOf, makeLink, qrOf, shortUrl } from '../src/links/service.ts'
import { option, optional } from '../src/option.ts'
import { networkKeysOf } from '../src/orders/network-keys.ts'

export default command({
  description: 'Your tracking link as text and QR code',
  form: 'Make a link to a page',
  role: 'creator',
  visibility: 'private',
  options: {
    to: optional(option.text('A page of the shop', { max: 2_000, placeholder: '/serum, or the whole address' })),
  },
  async run(ctx, { to }) {
    const creator = await creatorOf(ctx, ctx.actor.creatorId)
    if (to !== undefined && isAmazonAddress(to)) {
      const [own] = await networkKeysOf(ctx, creator.id, 'amazon')
      if (!own)
        throw new Refusal(
          'not_found',
          'You have no Amazon tracking id here yet.',
          'Ask a manager to set it with /creator network.',
          'to',
        )
      return amazonCard(amazonLink(to, own.key))
    }
    const known = await linksOf(ctx, creator.id)
    // The first link is the one in the kit; it stays in front although the shop's address may have changed since.
    const link =
      to === undefined && known[0] ? known[0] : await makeLink(ctx, creator, to === undefined ? {} : { destination: to })
    const all = await linksOf(ctx, creator.id)
    const shown = { link, url: shortUrl(ctx, link), qr: await qrOf(ctx, link) }
    return linkCard(
      shown,
      all.map((one) => ({ link: one, url: shortUrl(ctx, one) })),
      await offerNow(ctx, creator, 'links'),
    )
  },
})
