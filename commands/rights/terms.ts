import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { carried, option, optional } from '../../src/option.ts'
import { termsCard } from '../../src/rights/cards-lists.ts'
import { grantOf } from '../../src/rights/queries.ts'
import { currentTerms, publishRights, termsById } from '../../src/rights/terms.ts'

export default command({
  description: 'The conditions under every licence; admins publish the next version',
  form: 'Publish conditions',
  role: 'anyone',
  visibility: 'private',
  options: {
    text: optional(option.long('The whole text of the next version (admins)', { min: 40, max: 4_000 })),
    grant: carried(option.id('grant', 'The licence they belong to')),
  },
  async run(ctx, { text, grant }) {
    const admin = ctx.actor.role === 'admin'
    if (grant !== undefined) return termsCard(await termsById(ctx, (await grantOf(ctx, grant)).termsId), false)
    if (text === undefined) return termsCard(await currentTerms(ctx), admin)
    if (!admin) throw new Refusal('not_allowed', 'Only an admin publishes conditions.', 'Ask one of them.')
    const terms = await publishRights(ctx, text)
    return termsCard(terms, false, `Published: conditions of licences, version ${terms.version}`)
  },
})
