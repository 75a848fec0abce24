import { buttons, type Card, card, moment, money, paragraph, type Text, table, text, toned } from '../kernel/card.ts'
import { type Money, subtract } from '../kernel/money.ts'
import { uncreditedWords } from './rules.ts'

export type TestResult = {
  number: string
  paid: Money
  refunded: Money
  /** What decided, or why nobody was credited. */
  rule: string
  credited: boolean
  booked: Money
  reversed: Money
  availableAt: Date | null
  /** The laws of the books that did not hold. */
  broken: string[]
  /** The name of the program whose books were used. */
  books: string
}

/** What a test order went through, step by step. */
export function testOrderCard(result: TestResult): Card {
  const left = subtract(result.booked, result.reversed)
  const works = result.broken.length === 0 && result.credited
  const steps: [string, Text, Text][] = [
    ['Click', text`on the link of Test Creator`, text`kept with a sealed click id`],
    [
      'Order',
      text`${result.number} over ${money(result.paid)}`,
      result.credited
        ? text`credited by the ${result.rule}: ${money(result.booked)} pending`
        : text`${uncreditedWords[result.rule] ?? result.rule}`,
    ],
    ['Refund', text`${money(result.refunded)} given back`, text`${money(result.reversed)} taken back`],
    ['Books', text`${result.books}`, result.broken.length === 0 ? text`balance` : text`${result.broken.join('; ')}`],
  ]
  const shown = card(
    works ? 'The test order went through' : 'The test order shows a problem',
    table(
      ['Step', 'What', 'What it did'],
      steps.map(([step, what, did]) => [[step], what, did]),
    ),
    result.availableAt
      ? paragraph(
          text`${money(left)} stays and becomes payable on ${moment(result.availableAt, 'day')}. Your own books were not touched.`,
        )
      : 'Your own books were not touched.',
    buttons({ label: 'Send another', run: 'setup test-order' }, { label: 'Show checklist', run: 'setup show' }),
  )
  return toned(works ? 'good' : 'bad', shown)
}
