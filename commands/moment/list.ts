import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { listCard } from '../../src/moments/cards.ts'
import { ideaBlocks } from '../../src/moments/cards-questions.ts'
import { endedMoments, listed } from '../../src/moments/queries.ts'
import { ideas } from '../../src/moments/questions.ts'
import { atLeast } from '../../src/people/service.ts'

export default command({
  description: 'Moments that run now',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const manages = atLeast(ctx.actor.role, 'manager')
    if (!atLeast(ctx.actor.role, 'creator'))
      throw new Refusal('not_allowed', 'Moments are for creators of the program.', 'Join first with /apply.')
    const reader = { manages, creates: ctx.actor.creatorId !== undefined }
    const ended = manages ? await endedMoments(ctx) : []
    return listCard(await listed(ctx), ended, reader, manages ? ideaBlocks(await ideas(ctx)) : [])
  },
})
