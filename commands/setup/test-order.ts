import { command } from '../../src/command.ts'
import { card } from '../../src/kernel/card.ts'

export default command({
  description: 'Send a click, an order and a refund through, in separate books',
  role: 'admin',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { programId, personId } = { programId: ctx.program.id, personId: ctx.actor.personId }
    ctx.ring('test-order', { program: programId, person: personId, name: ctx.id('key') })
    return card(
      'The test order is on its way',
      'What it booked comes to your private place in a moment. Your own books stay untouched.',
    )
  },
})
