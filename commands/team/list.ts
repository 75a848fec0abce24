import { command } from '../../src/command.ts'
import { teamCard } from '../../src/people/cards.ts'
import { openInvitations } from '../../src/people/invitations.ts'
import { team } from '../../src/people/service.ts'

export default command({
  description: 'Who runs this program',
  role: 'admin',
  visibility: 'private',
  options: {},
  run: async (ctx) => teamCard(await team(ctx), 'The team', { mails: ctx.mails, invited: await openInvitations(ctx) }),
})
