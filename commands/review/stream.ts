import { command } from '../../src/command.ts'
import { checkedCard } from '../../src/content/cards-streams.ts'
import { checkStream, suggestUnchecked } from '../../src/content/streams.ts'
import { toned } from '../../src/kernel/card.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Say whether a live stream said at each time that it is advertising',
  form: 'The live stream',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which live stream', suggestUnchecked),
    kept: option.choice('Was it said at each time', { yes: 'Yes, at each', no: 'No, not at each' }),
    note: optional(option.long('What its creator should know', { max: 1_000 })),
  },
  async run(ctx, { submission, kept, note }) {
    const { view, plan, first } = await checkStream(ctx, submission, kept === 'yes', note)
    const by = await ctx.db.membership.findFirst({ where: { programId: ctx.program.id, personId: plan.check?.by ?? '' } })
    return toned(first ? 'good' : 'warn', checkedCard(view, plan, by))
  },
})
