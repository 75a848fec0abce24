import { command } from '../../src/command.ts'
import { paragraph } from '../../src/kernel/card.ts'
import { option, optional } from '../../src/option.ts'
import { takenBlocks, termsCard } from '../../src/payouts/cards-terms.ts'
import { takeOutClosed } from '../../src/payouts/closed.ts'
import { tellFinance } from '../../src/payouts/remind.ts'
import { parseClosed, parseMethods, parsePayer } from '../../src/payouts/rules-terms.ts'
import { termsOf } from '../../src/payouts/terms.ts'
import { changeCard } from '../../src/programs/cards-commission.ts'
import { changePolicy, planChange, split } from '../../src/programs/change.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { parseAmount } from '../../src/programs/rules-commission-form.ts'

export default command({
  description: 'How creators are paid: the minimum, the ways, and the account the program pays from',
  form: 'Change payouts',
  role: 'admin',
  visibility: 'private',
  options: {
    minimum: optional(option.text('Least that is paid out', { max: 20, placeholder: '20.00' })),
    methods: optional(option.text('Ways of payment', { max: 60, placeholder: 'bank, paypal, wise, stripe, credit' })),
    payer: optional(option.text('Name on the account the program pays from', { max: 70, placeholder: 'Glow GmbH' })),
    iban: optional(option.text('Its IBAN, for SEPA files', { max: 42 })),
    closed: optional(option.text('Countries nobody is paid in, or ours', { max: 600, placeholder: 'CU, IR, KP, SY' })),
    confirm: optional(option.choice('Do what is worse for creators', ['yes'])),
  },
  async run(ctx, { minimum, methods, payer, iban, closed, confirm }) {
    const before = policyOf(ctx.program)
    const change = {
      ...(minimum === undefined ? {} : { minPayoutMinor: parseAmount(minimum, ctx.program.currency, 'minimum') }),
      ...(methods === undefined ? {} : { payoutMethods: parseMethods(methods) }),
      ...(payer === undefined && iban === undefined
        ? {}
        : { payerAccount: parsePayer({ name: payer, iban }, before.payerAccount) }),
      ...(closed === undefined ? {} : { closedCountries: parseClosed(closed) }),
    }
    const changed = Object.keys(change).length > 0
    const { waits } = await planChange(ctx, change)
    const [worse, rest] = split(change, waits)
    // What nobody is worse off by holds at once, also when the rest is only shown.
    const policy = Object.keys(rest).length > 0 ? (await changePolicy(ctx, rest)).now : before
    const since = { ...ctx, program: { ...ctx.program, policy } }
    const taken = closed === undefined ? { out: [], late: 0 } : await takeOutClosed(since)
    for (const batch of new Set(taken.out.map(({ batchId }) => batchId))) await tellFinance(ctx, batch)
    if (waits.length > 0) {
      const given = {
        ...(waits.includes('minPayoutMinor') && minimum !== undefined ? { minimum } : {}),
        ...(waits.includes('payoutMethods') && methods !== undefined ? { methods } : {}),
      }
      const plan = confirm === 'yes' ? await changePolicy(ctx, worse) : await planChange(ctx, worse)
      const view = { ...plan, currency: ctx.program.currency, given, run: 'setup payouts', home: 'setup payouts' }
      const shown = changeCard(view, confirm === 'yes')
      const saved = Object.keys(rest).length > 0 ? [paragraph('What else you gave is saved and holds at once.')] : []
      return { ...shown, blocks: [...saved, ...takenBlocks(taken), ...shown.blocks] }
    }
    const { minimum: least, blocked } = termsOf(since)
    return termsCard({
      minimum: least,
      methods: policy.payoutMethods,
      blocked,
      payer: policy.payerAccount,
      payday: policy.payday,
      changed,
      taken,
    })
  },
})
