import { command } from '../../src/command.ts'
import { startedCard } from '../../src/messages/cards-nudges.ts'
import { changePolicy } from '../../src/programs/change.ts'

export default command({
  description: 'Let digests, hints and recaps of a new program go out from now on',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    await changePolicy(ctx, { messagesFrom: null })
    return startedCard()
  },
})
