import { buttons, type Card, card, facts, money, toned } from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { type Method, methods } from './rules.ts'

export type TermsView = {
  minimum: Money
  methods: readonly Method[]
  blocked: readonly string[]
  payer: { name: string; iban: string } | undefined
  payday: number
  changed: boolean
}

/** How creators are paid, as the program has set it. */
export function termsCard({ minimum, methods: open, blocked, payer, payday, changed }: TermsView): Card {
  const shown = card(
    changed ? 'Saved' : 'Payouts',
    facts({
      Payday: [`day ${payday} of the month`],
      'Least that is paid out': money(minimum),
      'Ways of payment': [open.map((method) => methods[method]).join(', ')],
      'Paid from': [payer ? `${payer.name}, IBAN that ends in ${payer.iban.slice(-4)}` : 'not given: there are no SEPA files'],
      'Nobody is paid in': [blocked.length === 0 ? 'no country is closed' : blocked.join(', ')],
    }),
    buttons(
      { label: 'Change payouts', run: 'setup payouts', given: { '?': 'form' }, look: 'main' },
      { label: 'Change payday', run: 'setup program', given: { '?': 'form' } },
    ),
  )
  return changed ? toned('good', shown) : shown
}
