import { type Card, card, type Part, paragraph, table, text, toned } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'

/** The shout-out for a first time; it names no amount. */
export function firstCard(kind: 'first_sale' | 'first_approval', name: Part): Card {
  const what =
    kind === 'first_sale'
      ? text`${name} made their first sale. Welcome to the board!`
      : text`${name} had their first content approved. More of it!`
  return toned('good', card(kind === 'first_sale' ? 'First sale' : 'First approval', paragraph(what)))
}

export type DayWins = { named: { name: Part; sales: number; approvals: number }[]; restSales: number; restApprovals: number }

/** All wins of one day, edited as they come; counts only. */
export function dayCard(day: string, { named, restSales, restApprovals }: DayWins): Card {
  const rest = [restSales > 0 && plural(restSales, 'sale'), restApprovals > 0 && plural(restApprovals, 'approval')].filter(
    Boolean,
  )
  return card(
    `Wins of ${day}`,
    named.length > 0 &&
      table(
        ['Creator', 'Sales', 'Approved'],
        named.map((row) => [row.name, row.sales > 0 ? String(row.sales) : '–', row.approvals > 0 ? String(row.approvals) : '–']),
        { align: ['left', 'right', 'right'] },
      ),
    rest.length > 0 && paragraph(`${named.length > 0 ? 'And ' : ''}${rest.join(' and ')} by creators who are not named here.`),
  )
}
