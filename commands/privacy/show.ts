import { command } from '../../src/command.ts'
import { showCard } from '../../src/privacy/cards.ts'
import { wishOf } from '../../src/privacy/service.ts'
import { everything, subjectOf } from '../../src/privacy/walk.ts'

export default command({
  description: 'What is kept about you, for what and how long',
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { personId } = ctx.actor
    return showCard(await everything(ctx, await subjectOf(ctx, personId)), await wishOf(ctx, personId))
  },
})
