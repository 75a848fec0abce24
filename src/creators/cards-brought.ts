import { buttons, type Card, card, code, facts, money, paragraph, table, text, toned } from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import type { Brought } from './brought.ts'

/** Whom a creator brought and what it pays; with an address it is a new invitation, shown this once. */
export function broughtCard(
  { people, earned }: Brought,
  referral: { bps: number; months: number } | null,
  program: string,
  address: string | null,
): Card {
  const pays = referral
    ? text`When they are admitted you get ${percent(referral.bps)} of their commission for ${referral.months} months, on top and not out of theirs, once each sale is payable.`
    : text`${program} pays nothing for it at the moment.`
  const shown = card(
    address === null ? 'Bring another creator' : 'Send them this address',
    address !== null && paragraph(code(address)),
    address !== null && 'It is good for thirty days and for one person. The team decides about them as about anybody.',
    paragraph(pays),
    earned.minor !== 0n && facts({ 'Earned by invitations': money(earned) }),
    people.length > 0 &&
      table(
        ['Who', 'State'],
        people.map(({ name, joined }) => [name, joined ? 'joined' : 'not here yet']),
      ),
    buttons({ label: 'Invite someone', run: 'invite', given: { '?': 'form' }, look: 'main' }),
  )
  return address === null ? shown : toned('good', shown)
}
