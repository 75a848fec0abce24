import { command } from '../src/command.ts'
import { bring, broughtBy } from '../src/creators/brought.ts'
import { broughtCard } from '../src/creators/cards-brought.ts'
import { option, optional } from '../src/option.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Bring another creator along',
  form: 'Invite a creator',
  role: 'creator',
  visibility: 'private',
  options: { name: optional(option.text('Their first name', { max: 60 })) },
  async run(ctx, { name }) {
    const address = name === undefined ? null : await bring(ctx, name)
    return broughtCard(await broughtBy(ctx), policyOf(ctx.program).referral, ctx.program.name, address)
  },
})
