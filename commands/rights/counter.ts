import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { counter } from '../../src/rights/asking.ts'
import { sentCard } from '../../src/rights/cards.ts'
import { editChoices, exclusivityChoices, readScope } from '../../src/rights/options.ts'
import { suggestGrants } from '../../src/rights/queries.ts'

export default command({
  description: 'Answer an offer for rights with another one; what you leave out stays as it was',
  form: 'Make another offer',
  // A creator answers the brand, a manager answers a creator; which of them this is hangs on the licence.
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {
    grant: option.id('grant', 'Which licence', suggestGrants('requested', 'countered')),
    note: option.long('What you would like to change', { max: 500 }),
    fee: optional(option.text('Fee', { max: 20, placeholder: '120.00' })),
    term: optional(option.text('Term in days, or the last day', { max: 20, placeholder: '60 days' })),
    channels: optional(option.text('Channels', { max: 200, placeholder: 'social, website' })),
    territory: optional(option.text('Territory', { max: 200, placeholder: 'world, or DE, AT' })),
    edits: optional(option.choice('Edits', editChoices)),
    exclusivity: optional(option.choice('Exclusivity', exclusivityChoices)),
    likeness: optional(option.boolean('Name and likeness')),
    ai: optional(option.boolean('AI training')),
  },
  run: async (ctx, { grant, note, ...typed }) =>
    sentCard(await counter(ctx, grant, readScope(ctx, typed), note), 'Your offer is on the table'),
})
