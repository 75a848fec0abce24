import { command } from '../../src/command.ts'
import { wordsOf } from '../../src/kernel/csv.ts'
import { option } from '../../src/option.ts'
import { importedCard } from '../../src/results/cards.ts'
import { importNumbers } from '../../src/results/import.ts'

export default command({
  description: 'Bring in the numbers of posts from a list (CSV)',
  form: 'Numbers of posts',
  role: 'manager',
  visibility: 'private',
  options: {
    file: option.file('The list, as CSV with the headings post, date, views, likes …', {
      placeholder: 'A CSV file of up to 25 MB',
    }),
  },
  async run(ctx, { file }) {
    const { bytes } = await ctx.read(file.ref)
    return importedCard(await importNumbers(ctx, wordsOf(bytes)))
  },
})
