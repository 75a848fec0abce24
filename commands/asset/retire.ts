import { assetCard } from '../../src/assets/cards.ts'
import { retire, suggestAssets } from '../../src/assets/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Take brand material out of the library',
  role: 'manager',
  visibility: 'private',
  options: { asset: option.id('asset', 'Which asset', suggestAssets) },
  run: async (ctx, { asset }) => assetCard('Taken out of the library', await retire(ctx, asset)),
})
