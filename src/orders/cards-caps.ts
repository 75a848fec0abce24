import { buttons, type Card, card, money, paragraph, text, toned } from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { limitWords } from '../ledger/rules.ts'

export type Capped = { by: string; number: string; orderId: string; earned: Money; commission: Money; limit: Money }

/** For managers: a limit was reached. Shown once for each limit and month. */
export const capCard = ({ by, number, orderId, earned, commission, limit }: Capped): Card =>
  toned(
    'warn',
    card(
      'A limit of commission was reached',
      paragraph(
        text`Order ${number} would have earned ${money(earned)}; ${limitWords(by)} is ${money(limit)}, so ${money(commission)} was booked. Later sales are cut too until it is raised; what was cut stays cut.`,
      ),
      buttons(
        { label: 'Raise limit', run: 'setup commission', given: { '?': 'form' }, look: 'main' },
        { label: 'Explain', run: 'why', given: { order: orderId } },
      ),
    ),
  )
