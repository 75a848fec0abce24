import { assetCard } from '../../src/assets/cards.ts'
import { replace, suggestAssets } from '../../src/assets/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Give brand material a newer version; the older ones are kept',
  form: 'A newer version',
  role: 'manager',
  visibility: 'private',
  options: {
    asset: option.id('asset', 'Which asset', suggestAssets),
    file: optional(option.file('The file')),
    url: optional(option.url('Or its address', { placeholder: 'https://…' })),
    until: optional(option.text('A new last day', { max: 10, placeholder: '2027-03-31' })),
  },
  oneOf: ['file', 'url'],
  run: async (ctx, { asset, ...plan }) => assetCard('A newer version is in the library', await replace(ctx, asset, plan)),
})
