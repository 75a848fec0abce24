import { command } from '../../src/command.ts'
import { parseMoney } from '../../src/kernel/money.ts'
import { option, optional } from '../../src/option.ts'
import { termsCard } from '../../src/payouts/cards-terms.ts'
import { parseClosed, parseMethods, parsePayer } from '../../src/payouts/rules-terms.ts'
import { termsOf } from '../../src/payouts/terms.ts'
import { changePolicy } from '../../src/programs/policy.ts'
import { policyOf } from '../../src/programs/rules.ts'

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
  },
  async run(ctx, { minimum, methods, payer, iban, closed }) {
    const before = policyOf(ctx.program)
    const change = {
      ...(minimum === undefined ? {} : { minPayoutMinor: parseMoney(minimum, ctx.program.currency).minor.toString() }),
      ...(methods === undefined ? {} : { payoutMethods: parseMethods(methods) }),
      ...(payer === undefined && iban === undefined
        ? {}
        : { payerAccount: parsePayer({ name: payer, iban }, before.payerAccount) }),
      ...(closed === undefined ? {} : { closedCountries: parseClosed(closed) }),
    }
    const changed = Object.keys(change).length > 0
    const policy = changed ? await changePolicy(ctx, change) : before
    const { minimum: least, blocked } = termsOf({ ...ctx, program: { ...ctx.program, policy } })
    return termsCard({
      minimum: least,
      methods: policy.payoutMethods,
      blocked,
      payer: policy.payerAccount,
      payday: policy.payday,
      changed,
    })
  },
})
