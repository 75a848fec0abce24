import { command } from '../../src/command.ts'
import { LINK_MINUTES, offerLogin } from '../../src/people/login.ts'
import { exportCard } from '../../src/privacy/cards.ts'
import { EXPORT_PATH } from '../../src/privacy/export.ts'

export default command({
  description: 'Get a file with everything that is kept about you',
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    return exportCard(ctx.url(await offerLogin(ctx, ctx.actor.personId, EXPORT_PATH)), LINK_MINUTES)
  },
})
