import type { Mission } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  facts,
  moment,
  money,
  paragraph,
  small,
  strong,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { left, stateAt } from './rules.ts'

const fee = (mission: Mission, currency: string): Text =>
  mission.feeMinor > 0n
    ? text`${money({ minor: mission.feeMinor, currency })} for each approved submission`
    : ['No fee, commission as always']

const closing = (mission: Mission): Text => (mission.closesAt ? [moment(mission.closesAt, 'full')] : ['Stays open'])

const handIn = (mission: Mission) => ({ label: 'Hand in', run: 'submit', given: { mission: mission.id }, look: 'main' as const })

/** The post in #missions: what is asked, what it pays, until when. Once it is over it says so and has no button. */
export function missionCard(mission: Mission, currency: string, now: Date): Card {
  const state = stateAt(mission, now)
  if (state === 'closed') return card(mission.title, 'This mission is closed. Thank you to everyone who took part.')
  return card(
    mission.title,
    mission.brief,
    facts({ Fee: fee(mission, currency), Closes: closing(mission) }),
    state === 'full' && 'The budget is used up. What was handed in is still looked at.',
    state === 'open' && buttons(handIn(mission)),
  )
}

/** Open missions, each with its button. `offer` is false for those who cannot hand in. */
export function missionsCard(open: Mission[], currency: string, offer: boolean): Card {
  if (open.length === 0) return card('Open missions', 'No mission is open right now. New ones are posted in #missions.')
  const shown = open.slice(0, 10)
  const blocks = shown.flatMap((mission): Block[] => [
    paragraph(text`${strong(mission.title)}\n${mission.brief.length > 300 ? `${mission.brief.slice(0, 300)}…` : mission.brief}`),
    small(text`${fee(mission, currency)} · closes: ${closing(mission)}`),
    ...(offer ? [buttons(handIn(mission))] : []),
  ])
  const more = open.length - shown.length
  return card('Open missions', ...blocks, more > 0 && small([`… and ${more} more.`]))
}

/** The answer to the manager who made or changed a mission. */
export function missionMadeCard(title: string, mission: Mission, currency: string): Card {
  const budget = { minor: mission.budgetMinor, currency }
  const rest = { minor: left(mission), currency }
  const pays =
    mission.feeMinor > 0n ? text`${money(rest)}, enough for ${left(mission) / mission.feeMinor} more` : ['No fee is paid']
  const shown = card(
    title,
    facts({
      Mission: [mission.title],
      Fee: fee(mission, currency),
      Budget: [money(budget)],
      Left: pays,
      Closes: closing(mission),
    }),
  )
  return toned('good', shown)
}
