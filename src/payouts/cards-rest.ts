import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  divider,
  facts,
  money,
  paragraph,
  text,
  toned,
} from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { type Coming, expectedText, paydayFacts, ways } from '../ledger/cards.ts'

/** `owed` is all of it: pending, payable and on its way. */
export type Rest = { owed: Money; coming: Coming }

/** What is still theirs, when it comes, and what is missing for that. */
function restBlocks({ owed, coming }: Rest, more: Button[]): Block[] {
  const mending = ways(coming)
  const details: Button = { label: 'Payment details', run: 'details' }
  const known = mending.some((button) => 'run' in button && button.run === 'details')
  return [
    facts({
      'Not paid yet': money(owed),
      ...paydayFacts(coming),
      'Expected then': expectedText(coming),
    }),
    ...coming.missing.map(({ what }) => paragraph(text`• ${what}`)),
    buttons(...mending, { label: 'Show earnings', run: 'earnings' }, !known && details, ...more),
  ]
}

/** Whoever is in the program no longer sees what is still theirs. */
export function restCard({ title, says }: { title: string; says: string }, rest: Rest, ...more: Button[]): Card {
  if (rest.owed.minor <= 0n)
    return toned('warn', card(title, says, 'Nothing is owed to you.', more.length > 0 && buttons(...more)))
  return toned('warn', card(title, says, ...restBlocks(rest, more)))
}

/** The same below another card, for whoever was in the program and has applied again. */
export const withRest = (shown: Card, rest: Rest): Card =>
  rest.owed.minor <= 0n ? shown : { ...shown, blocks: [...shown.blocks, divider, ...restBlocks(rest, [])] }
