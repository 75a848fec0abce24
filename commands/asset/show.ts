import { assetCard } from '../../src/assets/cards.ts'
import { assetOf, historyOf, suggestAssets } from '../../src/assets/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'A piece of brand material with all its versions',
  role: 'manager',
  visibility: 'private',
  options: { asset: option.id('asset', 'Which asset', suggestAssets) },
  async run(ctx, { asset }) {
    const view = await assetOf(ctx, asset)
    return assetCard(view.asset.title, view, await historyOf(ctx, asset))
  },
})
