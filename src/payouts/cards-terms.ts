import { type Block, buttons, type Card, card, facts, money, paragraph, toned } from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import type { TakenOut } from './closed.ts'
import { type Method, methods } from './rules.ts'

export type TermsView = {
  minimum: Money
  methods: readonly Method[]
  blocked: readonly string[]
  payer: { name: string; iban: string } | undefined
  payday: number
  changed: boolean
  /** What closing countries took out of batches. */
  taken: TakenOut
}

/** What became of payments to countries that were closed. */
export function takenBlocks({ out: { length: out }, late }: TakenOut): Block[] {
  const back = plural(out, 'payment that was', 'payments that were')
  const gone = plural(late, 'payment to such a country', 'payments to such countries')
  return [
    ...(out > 0 ? [paragraph(`${back} prepared before went back to payable.`)] : []),
    ...(late > 0 ? [paragraph(`For ${gone} it was too late: they are in a file or on their way.`)] : []),
  ]
}

/** How creators are paid, as the program has set it. */
export function termsCard({ minimum, methods: open, blocked, payer, payday, changed, taken }: TermsView): Card {
  const shown = card(
    changed ? 'Saved' : 'Payouts',
    facts({
      Payday: [`day ${payday} of the month`],
      'Least that is paid out': money(minimum),
      'Ways of payment': [open.map((method) => methods[method]).join(', ')],
      'Paid from': [payer ? `${payer.name}, IBAN that ends in ${payer.iban.slice(-4)}` : 'not given: there are no SEPA files'],
      'Nobody is paid in': [blocked.length === 0 ? 'no country is closed' : blocked.join(', ')],
    }),
    ...takenBlocks(taken),
    buttons(
      { label: 'Change payouts', run: 'setup payouts', given: { '?': 'form' }, look: 'main' },
      { label: 'Change payday', run: 'setup program', given: { '?': 'form' } },
    ),
  )
  return changed ? toned('good', shown) : shown
}
