import { command } from '../../src/command.ts'
import { territoriesCard } from '../../src/content/cards-disclosure-setup.ts'
import { hasRule } from '../../src/content/disclosure-rules.ts'
import { option, optional } from '../../src/option.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { audienceOf, parseTerritories, parseWords } from '../../src/programs/rules-territories.ts'

export default command({
  description: 'Where the audience lives, and so which disclosure a post needs',
  form: 'Change the audience',
  role: 'admin',
  visibility: 'private',
  options: {
    where: optional(option.text('Where the audience lives', { max: 60, placeholder: 'US, GB, DE or EU' })),
    words: optional(
      option.text('Further words that are enough, or none', { max: 400, placeholder: '#glowpartner, paid by Glow' }),
    ),
  },
  async run(ctx, { where, words }) {
    const change = {
      ...(where === undefined ? {} : { territories: parseTerritories(where, hasRule) }),
      ...(words === undefined ? {} : { disclosureWords: parseWords(words) }),
    }
    const changed = Object.keys(change).length > 0
    const policy = changed ? (await changePolicy(ctx, change)).now : policyOf(ctx.program)
    return territoriesCard(
      {
        territories: audienceOf(policy.territories, ctx.program),
        own: policy.territories.length > 0,
        words: policy.disclosureWords,
      },
      changed,
    )
  },
})
