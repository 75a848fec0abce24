import { command } from '../../src/command.ts'
import { changedCard } from '../../src/creators/cards-roster.ts'
import { retag, suggestTags } from '../../src/creators/notes.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { parseTags } from '../../src/creators/rules-roster.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Put tags on a creator, or take them off',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
    add: optional(option.text('Tags to put on', { max: 200, placeholder: 'vip, summer-26' })),
    remove: optional(option.text('Tags to take off', { max: 200, suggest: suggestTags })),
  },
  oneOf: ['add', 'remove'],
  async run(ctx, { creator: creatorId, add, remove }) {
    if (add === undefined && remove === undefined)
      throw new Refusal('invalid', 'No tag was given.', 'Give tags to put on or to take off.', 'add')
    const before = await creatorOf(ctx, creatorId)
    await retag(ctx, [before.id], { add: parseTags(add ?? '', 'add'), remove: parseTags(remove ?? '', 'remove') })
    const creator = await creatorOf(ctx, creatorId)
    return changedCard(creator, `Tags of ${creator.name}`, creator.tags.length === 0 ? 'None.' : creator.tags.join(', '))
  },
})
