import { command } from '../src/command.ts'
import { card } from '../src/kernel/card.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { carried, option, optional } from '../src/option.ts'
import { thankedCard } from '../src/recognition/cards-kudos.ts'
import { allowanceOf, suggestPeers, thank, thankByReaction } from '../src/recognition/kudos.ts'

export default command({
  description: 'Thank another creator',
  form: 'Thank a creator',
  async formNow(ctx) {
    const { left, of } = await allowanceOf(ctx)
    return `Thank (${left} of ${of} left)`
  },
  role: 'creator',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Whom', suggestPeers),
    note: optional(option.long('What for; only they read it', { max: 200 })),
    by: carried(option.choice('How', ['reaction'])),
  },
  async run(ctx, { creator, note, by }) {
    if (by === undefined) {
      const { name, allowance } = await thank(ctx, creator, note)
      return thankedCard(name, allowance)
    }
    const done = await thankByReaction(ctx, creator)
    return done instanceof Refusal ? card('It did not count', done.sentence, done.fix) : thankedCard(done.name, done.allowance)
  },
})
