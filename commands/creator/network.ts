import { command } from '../../src/command.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { networkKeysCard } from '../../src/orders/cards-network.ts'
import { giveKey, networkKeysOf, takeKey } from '../../src/orders/network-keys.ts'
import { networks } from '../../src/orders/rules-network.ts'

export default command({
  description: 'How Amazon and other networks know a creator: tracking ids and partner keys',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
    network: optional(option.choice('Which network', networks)),
    key: optional(option.text('Their tracking id or key there', { max: 100, placeholder: 'brandmaya-20' })),
    remove: optional(option.boolean('Take it from them')),
  },
  async run(ctx, { creator: creatorId, network, key, remove }) {
    const creator = await creatorOf(ctx, creatorId)
    if ((network === undefined) !== (key === undefined))
      throw new Refusal('invalid', 'A network and the key there belong together.', 'Give both, or neither to look.', 'key')
    if (network !== undefined && key !== undefined)
      await (remove ? takeKey(ctx, creator.id, network, key) : giveKey(ctx, creator.id, network, key))
    return networkKeysCard(creator, await networkKeysOf(ctx, creator.id), key !== undefined)
  },
})
