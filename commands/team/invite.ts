import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { invitedCard } from '../../src/people/cards-mail.ts'
import { invite } from '../../src/people/invitations.ts'

export default command({
  description: 'Invite someone by e-mail, such as a bookkeeper who is in no chat',
  role: 'admin',
  visibility: 'private',
  options: {
    name: option.text('Name', { max: 80 }),
    email: option.email('E-mail'),
    finance: option.choice('Sees money and takes part in payouts', { yes: 'Yes', no: 'No' }),
    role: optional(option.choice('Role', { manager: 'Manager', none: 'No role' })),
  },
  async run(ctx, { name, email, finance, role }) {
    const wanted = {
      name,
      email,
      role: role === 'manager' ? ('manager' as const) : ('anyone' as const),
      finance: finance === 'yes',
    }
    if (wanted.role === 'anyone' && !wanted.finance)
      throw new Refusal(
        'invalid',
        'This invitation would open nothing.',
        'Say yes to finance, or make them a manager.',
        'finance',
      )
    return invitedCard({ ...wanted, until: await invite(ctx, wanted) })
  },
})
