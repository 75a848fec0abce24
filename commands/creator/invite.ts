import { command } from '../../src/command.ts'
import { invitedCard } from '../../src/creators/cards-roster.ts'
import { INVITE_DAYS, invite } from '../../src/creators/invites.ts'
import { rateOf } from '../../src/creators/service.ts'
import { percent } from '../../src/kernel/money.ts'
import { option, optional } from '../../src/option.ts'
import { parsePercent } from '../../src/programs/rules.ts'

export default command({
  description: 'Invite one person, with terms of their own',
  role: 'manager',
  visibility: 'private',
  options: {
    name: option.text('Their name', { min: 2, max: 60 }),
    rate: optional(option.text('Commission in percent', { max: 6, placeholder: '12' })),
    note: optional(option.long('A note that they read', { max: 500 })),
    auto_approve: optional(
      option.choice('Let them in at once', { yes: 'Yes, when they accept the terms', no: 'No, I decide then' }),
    ),
    email: optional(option.email('Their e-mail')),
    handle: optional(option.text('Their handle', { max: 200, placeholder: '@mia.glow' })),
  },
  async run(ctx, { name, rate, note, auto_approve, email, handle }) {
    const rateBps = rate === undefined ? undefined : parsePercent(rate)
    const made = await invite(ctx, { name, rateBps, note, email, handle, autoApprove: auto_approve === 'yes' })
    return invitedCard({ ...made, note, rate: percent(rateOf(ctx, made.creator)), days: INVITE_DAYS })
  },
})
