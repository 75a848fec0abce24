import { command } from '../../src/command.ts'
import { planBulk } from '../../src/creators/bulk.ts'
import { withoutAccount } from '../../src/creators/invites.ts'
import { csvFile } from '../../src/kernel/csv.ts'
import { importedCard, reportHead, reportRows } from '../../src/links/cards-roster.ts'
import { importRoster } from '../../src/links/roster.ts'
import { option } from '../../src/option.ts'
import { noteTaken } from '../../src/orders/import-files.ts'
import { offerLogin } from '../../src/people/login.ts'

export default command({
  description: 'Import the list that was previewed',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { file: option.id('file', 'The list') },
  async run(ctx, { file }) {
    const done = await importRoster(ctx, file)
    await noteTaken(ctx, { id: file, name: 'roster' }, 'roster', done.imported.length)
    const unclaimed = await withoutAccount(
      ctx,
      done.imported.map(({ creator }) => creator.id),
    )
    const report = await ctx.store(csvFile(reportHead, reportRows(done)), 'import-report.csv')
    const page = (path: string) => offerLogin(ctx, ctx.actor.personId, path).then(ctx.url)
    const ids = unclaimed.map((creator) => creator.id)
    return importedCard({
      ...done,
      reportUrl: await page(`/media/${report.id}`),
      claimUrl: ids.length === 0 ? undefined : await page(`/roster/${(await planBulk(ctx, 'invite', ids)).bulk.id}`),
      unclaimed: ids.length,
    })
  },
})
