import type { Mission, Seat } from '../db/generated/client.ts'
import { type Button, buttons, type Card, card, facts, moment, text, toned } from '../kernel/card.ts'
import { feeText, handIn, phone } from './cards.ts'

const main = (mission: Mission): Button => ({ ...handIn(mission), look: 'main' }) as Button
const leave = (mission: Mission, label: string): Button => ({ label, run: 'mission leave', given: { mission: mission.id } })

const what = (mission: Mission, dueAt: Date | null, currency: string) =>
  facts({ Pays: feeText(mission, currency), 'Hand in by': dueAt ? [moment(dueAt, 'full')] : ['No end'] })

/** The answer to whoever claimed a seat, or got into line. */
export function claimedCard(mission: Mission, seat: Seat, line: number, currency: string): Card {
  if (seat.state === 'waiting') {
    return card(
      'You are in line',
      `You are number ${line} for “${mission.title}”. When a seat is yours you are told here at once.`,
      buttons(leave(mission, 'Leave the line')),
    )
  }
  return toned(
    'good',
    card(
      `Your seat in “${mission.title}”`,
      what(mission, seat.dueAt, currency),
      seat.remindAt !== null && 'You are reminded before it ends. Give it back if you cannot make it, so that someone else can.',
      buttons(main(mission), phone(mission), leave(mission, 'Give it back')),
    ),
  )
}

/** To whoever waited and now has a seat. */
export const seatGivenCard = (mission: Mission, seat: Seat, currency: string): Card =>
  toned(
    'good',
    card(
      `A seat is yours: ${mission.title}`,
      'You waited in line, and one came free.',
      what(mission, seat.dueAt, currency),
      buttons(main(mission), phone(mission), leave(mission, 'Give it back')),
    ),
  )

/** The answer to whoever gave a seat, or their place in line, back. */
export const leftCard = (mission: Mission): Card =>
  card(
    'Given back',
    `You are no longer part of “${mission.title}”. You may claim again while seats are free.`,
    buttons({ label: 'See missions', run: 'mission list' }),
  )

/** To whoever held a seat, or stood in line, when a mission was closed before its time. */
export const closedEarlyCard = (mission: Mission, seat: Pick<Seat, 'state'>): Card =>
  card(
    `Closed: ${mission.title}`,
    seat.state === 'waiting'
      ? 'The team closed this mission before its end, so no seat comes free any more.'
      : 'The team closed this mission before its end, and your seat ended with it. You need not hand anything in, and you missed nothing.',
    buttons({ label: 'See missions', run: 'mission list' }),
  )

/** The deadline was moved to an earlier day than they claimed for. */
export const earlierCard = (mission: Mission, dueAt: Date, currency: string): Card =>
  card(
    `Due earlier: ${mission.title}`,
    {
      block: 'text',
      text: text`The team moved the deadline. You have a seat, so hand in by ${moment(dueAt, 'full')}, ${moment(dueAt, 'ago')}.`,
    },
    facts({ Pays: feeText(mission, currency) }),
    buttons(main(mission), phone(mission), leave(mission, 'Give it back')),
  )

/** The deadline was moved to one that is over for them. */
export const overCard = (mission: Mission): Card =>
  card(
    `No longer yours: ${mission.title}`,
    'The team moved the deadline, and it is over for you: your seat ends now. You need not hand anything in.',
    buttons({ label: 'See missions', run: 'mission list' }),
  )

/** A reminder before the end, for those who claimed and have not handed in. */
export const reminderCard = (mission: Mission, dueAt: Date, currency: string): Card =>
  card(
    `Soon over: ${mission.title}`,
    { block: 'text', text: text`You claimed a seat. Hand in by ${moment(dueAt, 'full')}, ${moment(dueAt, 'ago')}.` },
    facts({ Pays: feeText(mission, currency) }),
    buttons(main(mission), phone(mission), leave(mission, 'Give it back')),
  )
