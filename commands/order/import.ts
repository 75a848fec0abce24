import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { importPreviewCard, importReadingCard } from '../../src/orders/cards-import.ts'
import { reportFile } from '../../src/orders/import.ts'
import { askPreview, planOrders, quickly } from '../../src/orders/import-plan.ts'
import { importShops } from '../../src/orders/rules-import-shops.ts'
import { offerLogin } from '../../src/people/login.ts'

export default command({
  description: 'Bring in orders, refunds and leads from a file (CSV, or Amazon’s reports); shows first what would happen',
  form: 'Import orders',
  role: 'manager',
  visibility: 'private',
  options: {
    file: option.file('The file, as CSV', { placeholder: 'A CSV file of up to 25 MB' }),
    shop: optional(option.choice('The shop whose ids it has', importShops)),
  },
  async run(ctx, { file, shop = 'csv' }) {
    const { bytes } = await ctx.read(file.ref)
    if (!quickly(bytes)) return importReadingCard(await askPreview(ctx, { id: file.ref, name: file.name }, shop))
    const plan = await planOrders(ctx, bytes, shop)
    const { problems, remarks } = plan.reading
    const report =
      problems.length + remarks.length > 0 ? await ctx.store(reportFile([], plan.reading), 'order-import-preview.csv') : undefined
    const reportUrl = report && ctx.url(await offerLogin(ctx, ctx.actor.personId, `/media/${report.id}`))
    return importPreviewCard(plan, { file: file.ref, name: file.name, wanted: shop, reportUrl })
  },
})
