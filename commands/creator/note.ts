import { command } from '../../src/command.ts'
import { changedCard } from '../../src/creators/cards-roster.ts'
import { addNote } from '../../src/creators/notes.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Note something about a creator, for the team alone',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
    words: option.long('Note', { max: 1_000 }),
  },
  async run(ctx, { creator: creatorId, words }) {
    await addNote(ctx, creatorId, words)
    const creator = await creatorOf(ctx, creatorId)
    return changedCard(creator, `Noted about ${creator.name}`, words, 'Only the team reads this.')
  },
})
