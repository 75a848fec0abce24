import type { Case } from '../db/generated/client.ts'
import { type Block, buttons, moment, money, paragraph, type Text, text } from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { stateWords } from './cards.ts'
import { heldWhy, isOpen } from './rules.ts'

/** What a case says about one order: the rules that named it, what became of its line, and what came again of what was taken. */
export type Told = { found: Case; rules: string[]; outcome: string | null; again: { taken: Money; given: Money } | null }

/** What /why says about the cases of an order; none when there are none. `canDispute` puts the button there. */
export function caseBlocks(told: readonly Told[], orderId: string, canDispute: boolean): Block[] {
  const said = told.map((one) => paragraph(toldWords(one)))
  const [last] = told.slice(-1)
  const row = buttons(
    last && { label: 'See the case', run: 'case show', given: { case: last.found.id } },
    canDispute && { label: 'Dispute', run: 'dispute', given: { order: orderId } },
  )
  return [...said, ...(row.block === 'buttons' && row.buttons.length > 0 ? [row] : [])]
}

function toldWords({ found, rules, outcome, again }: Told): Text {
  const { kind, reason, appeal, appealReason, createdAt } = found
  const because = appeal === 'decided' ? appealReason : reason
  const tail = because === null ? text`` : text` Because: ${because}`
  const when = moment(createdAt, 'day')
  if (kind === 'dispute') return text`Dispute of ${when}: ${stateWords(found)}.${tail}`
  const what = kind === 'chargeback' ? 'Chargeback' : 'Check'
  if (isOpen(found) && outcome === null) {
    const said = heldWhy(kind, rules).join('; ')
    return text`${what} of ${when}: ${found.state === 'held' ? 'this commission is held' : 'somebody looks at it'}, because ${said}.`
  }
  if (again) {
    const { taken, given } = again
    const less = given.minor < taken.minor ? text` of ${money(taken)}, for the rest went back to the shopper meanwhile` : text``
    return text`${what} of ${when}: the commission was taken back, and then ${money(given)}${less} was given again.${tail}`
  }
  return text`${what} of ${when}: ${outcome === 'forfeited' ? 'the commission was taken back' : 'the commission was released'}.${tail}`
}
