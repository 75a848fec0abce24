import { command } from '../../src/command.ts'
import { invitationsCard } from '../../src/creators/cards-roster.ts'
import { openInvites } from '../../src/creators/invites.ts'
import { rateOf } from '../../src/creators/service.ts'
import { percent } from '../../src/kernel/money.ts'

const SHOWN = 25

export default command({
  description: 'Invitations that were not taken up yet',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { rows, total } = await openInvites(ctx, SHOWN)
    return invitationsCard(rows, total, (creator) => percent(rateOf(ctx, creator)))
  },
})
