import { command } from '../../src/command.ts'
import { card } from '../../src/kernel/card.ts'
import { takeBack } from '../../src/moments/captures.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Take back that you asked for a message',
  role: 'manager',
  visibility: 'private',
  // Reached from the answer to a capture.
  listed: false,
  options: { capture: option.id('capture', 'Which request') },
  async run(ctx, { capture }) {
    await takeBack(ctx, capture)
    return card('Taken back', 'Nothing of the message was kept, and its author’s card says so.')
  },
})
