import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { request } from '../../src/rights/asking.ts'
import { sentCard } from '../../src/rights/cards.ts'
import { editChoices, exclusivityChoices, readScope } from '../../src/rights/options.ts'
import { suggestContent } from '../../src/rights/queries.ts'

export default command({
  description: 'Ask a creator for the right to use approved content',
  form: 'Ask for rights',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which content', suggestContent),
    channels: option.text('Channels', { max: 200, placeholder: 'social, website, email, paid_ads' }),
    term: option.text('Term in days, or the last day', { max: 20, placeholder: '90 days, or 2027-06-30' }),
    fee: optional(option.text('Fee (none when empty)', { max: 20, placeholder: '80.00' })),
    territory: optional(option.text('Territory (the world when empty)', { max: 200, placeholder: 'world, or DE, AT, CH' })),
    edits: optional(option.choice('Edits', editChoices)),
    exclusivity: optional(option.choice('Exclusivity', exclusivityChoices)),
    likeness: optional(option.boolean('Name and likeness (yes when empty)')),
    ai: optional(option.boolean('AI training (no when empty)')),
  },
  async run(ctx, { submission, ...typed }) {
    const scope = {
      channels: [],
      territories: [],
      days: null,
      until: null,
      exclusivity: 'none' as const,
      edits: 'light' as const,
      ai: false,
      likeness: true,
      feeMinor: 0n,
      ...readScope(ctx, typed),
    }
    return sentCard(await request(ctx, submission, scope), 'The creator is asked')
  },
})
