import type { Mission } from '../db/generated/client.ts'
import { buttons, type Card, card, facts, money, person, type Text, table, text } from '../kernel/card.ts'
import { left } from './rules.ts'

type Row = { personId: string; name: string; seat: string | null; handedIn: number; approved: number; earnedMinor: bigint }

export type Settlement = {
  taken: number
  waitingInLine: number
  missed: number
  handedIn: number
  approved: number
  undecided: number
  rows: Row[]
}

const LISTED = 25

const seatWords: Record<string, string> = {
  claimed: 'has a seat',
  waiting: 'in line',
  left: 'gave it back',
  handed_in: 'handed in',
  done: 'done',
  missed: 'missed',
  cut_short: 'closed before its end',
}

/** The same numbers as blocks, for /campaign show. */
export function settlementBlocks(mission: Mission, s: Settlement, currency: string) {
  const pays = (minor: bigint): Text => [money({ minor, currency })]
  return [
    facts({
      Seats: [mission.seats === null ? `${s.taken} took part` : `${s.taken} of ${mission.seats} taken`],
      ...(s.waitingInLine > 0 ? { 'In line': s.waitingInLine } : {}),
      ...(s.missed > 0 ? { Missed: s.missed } : {}),
      'Handed in': s.handedIn,
      Approved: s.approved,
      ...(s.undecided > 0 ? { Undecided: s.undecided } : {}),
      Spent: text`${money({ minor: mission.spentMinor, currency })} of ${money({ minor: mission.budgetMinor, currency })}`,
      Left: pays(left(mission)),
    }),
    s.rows.length > 0 &&
      table(
        ['Creator', 'Seat', 'Handed in', 'Approved', 'Fees'],
        s.rows
          .slice(0, LISTED)
          .map((row) => [
            person(row.personId, row.name),
            [row.seat === null ? '–' : (seatWords[row.seat] ?? row.seat)],
            row.handedIn,
            row.approved,
            pays(row.earnedMinor),
          ]),
        { caption: 'Who took part', align: ['left', 'left', 'right', 'right', 'right'] },
      ),
    s.rows.length > LISTED && `… and ${s.rows.length - LISTED} more.`,
  ]
}

/** How a mission went, in #managers. */
export const settlementCard = (mission: Mission, s: Settlement, currency: string): Card =>
  card(
    `${mission.title}: ${mission.state === 'settled' ? 'settled' : 'closed'}`,
    s.handedIn === 0 ? 'Nobody handed anything in.' : false,
    s.undecided > 0 && `${s.undecided} still to be decided; then it is settled.`,
    ...settlementBlocks(mission, s, currency),
    buttons(s.undecided > 0 && { label: 'Review', run: 'review queue', look: 'main' }, {
      label: 'Duplicate',
      run: 'campaign duplicate',
      given: { mission: mission.id },
    }),
  )
