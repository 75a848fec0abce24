import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { importProgressCard } from '../../src/orders/cards-import.ts'
import { beginImport } from '../../src/orders/import.ts'
import { importShops } from '../../src/orders/rules-import-shops.ts'

export default command({
  description: 'Import the file of orders that was previewed',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { file: option.id('file', 'The file'), shop: optional(option.choice('The shop whose ids it has', importShops)) },
  async run(ctx, { file, shop = 'csv' }) {
    const { name } = await ctx.read(file)
    return importProgressCard(await beginImport(ctx, { id: file, name }, shop))
  },
})
