import { command } from '../../src/command.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { giftsCard } from '../../src/gifts/cards.ts'
import { gifts } from '../../src/gifts/service.ts'

export default command({
  description: 'Gifts: what was asked for, offered, sent and has arrived',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    await insideOnly(ctx, 'Gifts are')
    return giftsCard(await gifts(ctx))
  },
})
