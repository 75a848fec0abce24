import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { trustCard } from '../../src/trust/cards-setup.ts'
import { checkScores, parseSites } from '../../src/trust/rules-setup.ts'

export default command({
  description: 'When a suspicion becomes a case, when it holds money, and what is allowed',
  form: 'Change the rules of trust',
  role: 'admin',
  visibility: 'private',
  options: {
    case_score: optional(option.integer('Score at which a case opens', { min: 1, max: 100 })),
    hold_score: optional(option.integer('Score at which a line is held at once', { min: 1, max: 100 })),
    case_days: optional(option.integer('Days until a case should be decided', { min: 1, max: 60 })),
    ads: optional(option.choice('Paid ads to creators’ links', { allowed: 'Allowed', forbidden: 'Not allowed' })),
    add_sites: optional(option.text('More coupon sites to watch', { max: 600, placeholder: 'coupons.example, deals.example' })),
    drop_sites: optional(option.text('Coupon sites to watch no more', { max: 600, placeholder: 'partner.example' })),
  },
  async run(ctx, { case_score, hold_score, case_days, ads, add_sites, drop_sites }) {
    const before = policyOf(ctx.program)
    const change = {
      ...(case_score === undefined ? {} : { caseScore: case_score }),
      ...(hold_score === undefined ? {} : { holdScore: hold_score }),
      ...(case_days === undefined ? {} : { caseDays: case_days }),
      ...(ads === undefined ? {} : { adsAllowed: ads === 'allowed' }),
      ...(add_sites === undefined && drop_sites === undefined
        ? {}
        : { couponSites: parseSites(before.couponSites, add_sites, drop_sites) }),
    }
    checkScores({ ...before, ...change })
    const changed = Object.keys(change).length > 0
    return trustCard(changed ? (await changePolicy(ctx, change)).now : before, changed)
  },
})
