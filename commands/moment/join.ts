import { command } from '../../src/command.ts'
import { shortUrl } from '../../src/links/service.ts'
import { joinedCard } from '../../src/moments/cards.ts'
import { suggestRunning } from '../../src/moments/queries.ts'
import { join } from '../../src/moments/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Join a moment while it has seats',
  form: 'Join a moment',
  role: 'creator',
  visibility: 'private',
  options: { moment: option.id('moment', 'Which moment', suggestRunning) },
  async run(ctx, { moment }) {
    const joined = await join(ctx, moment)
    return joinedCard(joined.moment, shortUrl(ctx, joined.link), joined.code)
  },
})
