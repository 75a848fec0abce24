import { command } from '../../src/command.ts'
import { buttons, card, code as copied, facts, moment, toned } from '../../src/kernel/card.ts'
import { hours } from '../../src/kernel/time.ts'
import { option, optional } from '../../src/option.ts'
import { offerSpace } from '../../src/people/claims.ts'
import { SPACE_HOURS } from '../../src/people/rules-claims.ts'

export default command({
  description: 'Connect another Discord server or Slack workspace',
  role: 'admin',
  visibility: 'private',
  // Filled in in a space that belongs to no program yet; see platforms/unclaimed.ts.
  options: {
    code: optional(option.text('Code', { min: 10, max: 20, placeholder: 'K7QMP-XW4ZR', secret: true })),
    name: optional(option.text('Name of the program', { max: 60, placeholder: 'Glow' })),
    currency: optional(option.text('Currency', { min: 3, max: 3, placeholder: 'EUR' })),
    zone: optional(option.zone('Time zone')),
  },
  async run(ctx, { code }) {
    if (code !== undefined) {
      return card(
        `This space belongs to ${ctx.program.name}`,
        'A code is given in a space that is not connected yet.',
        buttons({ label: 'Show checklist', run: 'setup show', look: 'main' }),
      )
    }
    const fresh = await offerSpace(ctx)
    return toned(
      'warn',
      card(
        'Copy this code now',
        'It is shown this once and works once. Invite Troupe to the other server or workspace, type /setup space there, press Connect this space and give the code.',
        facts({ Code: [copied(fresh)], 'Good until': [moment(hours(ctx.now, SPACE_HOURS), 'full')] }),
      ),
    )
  },
})
