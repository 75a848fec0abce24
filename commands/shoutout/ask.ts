import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { askedCard } from '../../src/recognition/cards-shouts.ts'
import { suggestPeers } from '../../src/recognition/kudos.ts'
import { askShout } from '../../src/recognition/shouts.ts'

export default command({
  description: 'Ask the brand for a shout-out, or to be shown by it',
  form: 'Ask for a shout-out',
  role: 'creator',
  visibility: 'private',
  options: {
    kind: option.choice('What', { shoutout: 'A shout-out in #wins', feature: 'To be shown by the brand' }),
    words: option.long('What for, as everybody may read it', { min: 5, max: 500 }),
    creator: optional(option.id('creator', 'Whom (you when empty)', suggestPeers)),
    url: optional(option.url('The post it is about')),
  },
  async run(ctx, { kind, words, creator, url }) {
    return askedCard(await askShout(ctx, { kind, words, creatorId: creator, url }))
  },
})
