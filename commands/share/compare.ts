import { command } from '../../src/command.ts'
import { entryDuplicates } from '../../src/content/near.ts'
import { option } from '../../src/option.ts'
import { compared } from '../../src/shares/cards.ts'
import { shareOf, suggestShares } from '../../src/shares/queries.ts'

export default command({
  description: 'Show what a customer sent beside what looks the same, of creators and of other customers',
  role: 'manager',
  visibility: 'private',
  options: { share: option.id('share', 'Which entry', suggestShares('submitted', 'approved')) },
  run: async (ctx, { share: id }) => entryDuplicates(ctx, compared(await shareOf(ctx, id))),
})
