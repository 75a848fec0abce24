import { command } from '../../src/command.ts'
import { qrCard } from '../../src/shares/cards.ts'
import { pageOf, qrOfPage } from '../../src/shares/page.ts'

export default command({
  description: 'The page where customers send photos and words: its address and QR code',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    return qrCard(pageOf(ctx), await qrOfPage(ctx))
  },
})
