import { command } from '../../src/command.ts'
import { text } from '../../src/kernel/card.ts'
import { discountText, offAfter } from '../../src/links/cards-offers.ts'
import { takesOff } from '../../src/links/rules-offers.ts'
import { shortUrl } from '../../src/links/service.ts'
import { type JoinedOff, joinedCard } from '../../src/moments/cards.ts'
import { suggestRunning } from '../../src/moments/queries.ts'
import { type Joined, join } from '../../src/moments/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Join a moment while it has seats',
  form: 'Join a moment',
  role: 'creator',
  visibility: 'private',
  options: { moment: option.id('moment', 'Which moment', suggestRunning) },
  async run(ctx, { moment }) {
    const joined = await join(ctx, moment)
    return joinedCard(joined.moment, shortUrl(ctx, joined.link), joined.code, offOf(joined))
  },
})

function offOf({ moment, code, before, offer }: Joined): JoinedOff {
  // A code that came from the shop keeps what the shop says of it, and no offer counts for it.
  const now = moment.percent !== null && code && !offer ? code.percent : moment.percent
  if (!code || moment.percent === null || !offer) return { now, after: undefined, less: undefined }
  // An amount off is neither more nor less than a percentage, so it is said as well.
  const better = before && takesOff(before) && (before.percent ?? 100) > moment.percent
  return {
    now,
    after: offAfter(code.percent, offer),
    less: better ? text`${discountText(before)} by “${before.name}”` : undefined,
  }
}
