import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { customerCard } from '../../src/privacy/cards.ts'
import { takeBack } from '../../src/shares/customer.ts'
import { suggestShares } from '../../src/shares/queries.ts'

export default command({
  description: 'Delete what a customer sent, because they asked for it',
  role: 'manager',
  visibility: 'private',
  options: {
    share: optional(option.id('share', 'Which entry', suggestShares('submitted', 'approved', 'rejected'))),
    email: optional(option.email('Or everything from this e-mail address')),
  },
  oneOf: ['share', 'email'],
  async run(ctx, { share: shareId, email }) {
    return customerCard(await takeBack(ctx, { shareId, email }))
  },
})
