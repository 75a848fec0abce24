import { buttons, type Card, card, facts, paragraph, table, text, toned } from '../kernel/card.ts'

type Rate = { currency: string; rate: string; day: string; source: string }

/** The rates of exchange, and what waits for one. */
export function currencyCard(
  booked: string,
  rates: readonly Rate[],
  waiting: readonly { currency: string; orders: number }[],
  entered: Rate | undefined,
): Card {
  const known = new Set(rates.map((rate) => rate.currency))
  const shown = card(
    entered ? `The rate of ${entered.currency} is kept` : 'Other currencies',
    paragraph(
      entered
        ? text`1 ${entered.currency} is ${entered.rate} ${booked} from ${entered.day} on. Orders that waited for it are decided now; what was booked before keeps its rate.`
        : text`The books are in ${booked}. An order in another currency is converted by the last rate before its day, else by the first after it, and waits where there is none.`,
    ),
    waiting.some((row) => !known.has(row.currency)) &&
      facts(
        Object.fromEntries(
          waiting.filter((row) => !known.has(row.currency)).map((row) => [`Waiting in ${row.currency}`, `${row.orders}`]),
        ),
      ),
    rates.length > 0 &&
      table(
        ['Currency', 'Worth', 'From', 'Who said so'],
        rates.map((rate) => [rate.currency, `${rate.rate} ${booked}`, rate.day, rate.source]),
      ),
    buttons({ label: 'Enter rate', run: 'setup currency', given: { '?': 'form' }, look: 'main' }),
  )
  return entered ? toned('good', shown) : shown
}
