import { command } from '../../src/command.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { catalogCard } from '../../src/rewards/cards.ts'
import { catalog } from '../../src/rewards/catalog.ts'
import { openRules } from '../../src/rewards/incentives.ts'

export default command({
  description: 'What your points can be given for, and how many you have',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    await insideOnly(ctx, 'Rewards are')
    return catalogCard(await catalog(ctx), await openRules(ctx))
  },
})
