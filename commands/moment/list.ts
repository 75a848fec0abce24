import { command } from '../../src/command.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { listCard } from '../../src/moments/cards.ts'
import { ideaBlocks } from '../../src/moments/cards-questions.ts'
import { endedMoments, listed } from '../../src/moments/queries.ts'
import { ideas } from '../../src/moments/questions.ts'
import { atLeast } from '../../src/people/service.ts'

export default command({
  description: 'Moments that run now',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    const manages = atLeast(ctx.actor.role, 'manager')
    await insideOnly(ctx, 'Moments are')
    const { creatorId } = ctx.actor
    // Whoever is paused joins nothing and hands nothing in.
    const creates = creatorId !== undefined && (await creatorOf(ctx, creatorId)).state === 'approved'
    const reader = { manages, creates }
    const ended = manages ? await endedMoments(ctx) : []
    return listCard(await listed(ctx), ended, reader, manages ? ideaBlocks(await ideas(ctx, 3)) : [])
  },
})
