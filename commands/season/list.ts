import { command } from '../../src/command.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { atLeast } from '../../src/people/service.ts'
import { seasonsCard } from '../../src/recognition/cards-seasons.ts'
import { seasons } from '../../src/recognition/seasons.ts'

export default command({
  description: 'Seasons that run, and the archive',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    await insideOnly(ctx, 'Seasons are')
    return seasonsCard(await seasons(ctx), ctx.program, atLeast(ctx.actor.role, 'manager'))
  },
})
