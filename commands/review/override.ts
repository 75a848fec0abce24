import { command } from '../../src/command.ts'
import { overriddenCard } from '../../src/content/cards-disclosure.ts'
import { settleOverridden } from '../../src/content/live.ts'
import { override } from '../../src/content/verdicts.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Take a disclosure that was found wanting upon yourself, with a reason that stays on record',
  form: 'Overrule the verdict',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which submission'),
    reason: option.long('Why it is enough all the same', { min: 5, max: 500 }),
  },
  async run(ctx, { submission: id, reason }) {
    const { submission, verdict } = await override(ctx, id, reason)
    return overriddenCard(await settleOverridden(ctx, submission), verdict)
  },
})
