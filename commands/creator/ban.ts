import { command } from '../../src/command.ts'
import { endWork } from '../../src/content/gone.ts'
import { changedCard } from '../../src/creators/cards-roster.ts'
import { addNote } from '../../src/creators/notes.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { ban } from '../../src/creators/standing.ts'
import { option } from '../../src/option.ts'
import { withdrawShouts } from '../../src/recognition/shouts.ts'
import { openCases } from '../../src/trust/queries.ts'

export default command({
  description: 'End it with a creator for good',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
    why: option.long('Why, for the team alone', { min: 3, max: 500 }),
  },
  async run(ctx, { creator: creatorId, why }) {
    const creator = await ban(ctx, creatorId)
    await endWork(ctx, creator)
    await withdrawShouts(ctx, creator.id)
    await addNote(ctx, creator.id, `Banned: ${why}`)
    const waiting = (await openCases(ctx, creator.id)).length
    const but =
      waiting === 0
        ? ''
        : ` ${waiting === 1 ? 'One case waits' : `${waiting} cases wait`} for a decision; only what an upheld case names is withheld.`
    return changedCard(
      creator,
      `${creator.name} is banned`,
      `New orders earn nothing and they cannot apply again. What they had handed in and nobody has decided is withdrawn. What they earned before is paid as usual.${but}`,
    )
  },
})
