import { command } from '../src/command.ts'
import { option, optional } from '../src/option.ts'
import { thankedCard } from '../src/recognition/cards-kudos.ts'
import { suggestPeers, thank } from '../src/recognition/kudos.ts'

export default command({
  description: 'Thank another creator',
  form: 'Thank a creator',
  role: 'creator',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Whom', suggestPeers),
    note: optional(option.long('What for; only they read it', { max: 200 })),
  },
  async run(ctx, { creator, note }) {
    const { name, left } = await thank(ctx, creator, note)
    return thankedCard(name, left)
  },
})
