import { command } from '../../src/command.ts'
import { profileCard } from '../../src/creators/cards.ts'
import { twinDoor } from '../../src/creators/merge.ts'
import { creatorOfPerson } from '../../src/creators/service.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { suggestConnect } from '../../src/people/cards-connect.ts'

export default command({
  description: 'What we know of you as a creator',
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const own = await creatorOfPerson(ctx, ctx.actor.personId)
    if (!own) throw new Refusal('not_found', 'You have no profile yet.', 'Join with /apply.')
    const shown = profileCard(own, ctx.actor.locale)
    const platform = await twinDoor(ctx, own)
    return platform === undefined ? shown : { ...shown, blocks: [...shown.blocks, ...suggestConnect(platform)] }
  },
})
