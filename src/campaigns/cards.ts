import type { Mission, Seat } from '../db/generated/client.ts'
import {
  type Block,
  type Button,
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
} from '../kernel/card.ts'
import { cut } from '../kernel/cut.ts'
import { percent } from '../kernel/money.ts'
import type { OwnRate, Typical } from './pay.ts'
import { stateAt } from './rules.ts'
import { audienceOf, isForAll, sayAudience } from './rules-audience.ts'
import { bonusOf, sayBonus } from './rules-bonus.ts'
import { kinds, rightsWords } from './rules-plan.ts'
import { cutShort, freeSeats } from './rules-seats.ts'

export const feeText = (mission: Mission, currency: string): Text =>
  mission.feeMinor > 0n
    ? text`${money({ minor: mission.feeMinor, currency })} for each approved submission`
    : ['No fee, commission as always']

/** Until when, as everybody reads it. */
export const closing = (mission: Mission): Text => {
  const own = mission.daysToJoin === null ? [] : [`${mission.daysToJoin} days after you joined`]
  if (mission.closesAt === null) return own.length > 0 ? own : ['Stays open']
  return own.length > 0 ? text`${own}, ${moment(mission.closesAt, 'full')} at the latest` : [moment(mission.closesAt, 'full')]
}

/** What a reader of a mission needs beside its row. */
export type Seen = { currency: string; now: Date; taken: number }

export const seatsText = (mission: Mission, taken: number): string =>
  mission.seats === null ? 'For as many as like' : `${Math.max(0, mission.seats - taken)} of ${mission.seats} left`

const given = (mission: Mission) => ({ mission: mission.id })
/** Beside handing in, for those whose film is on their phone; a post in #missions has enough buttons without it. */
export const phone = (mission: Mission): Button => ({ label: 'Upload from phone', run: 'upload', given: given(mission) })
export const handIn = (mission: Mission): Button => ({ label: 'Hand in', run: 'submit', given: given(mission) })
const claimButton = (mission: Mission): Button => ({
  label: 'Claim a seat',
  run: 'mission claim',
  given: given(mission),
  look: 'main',
})
const wait = (mission: Mission): Button => ({
  label: 'Wait in line',
  run: 'mission claim',
  given: { ...given(mission), wait: 'yes' },
})
const details = (mission: Mission): Button => ({ label: 'What it pays', run: 'mission show', given: given(mission) })

/** What a post must hold: said the same on the post in #missions, in the preview and to whoever looks closer. */
export function askedBlocks(mission: Mission): Block[] {
  const listed = (list: string[]) => list.join(' ')
  const rows: Record<string, Text> = {
    ...(mission.dos ? { Do: [mission.dos] } : {}),
    ...(mission.donts ? { 'Do not': [mission.donts] } : {}),
    ...(mission.kinds.length > 0 ? { Wanted: [mission.kinds.map((k) => kinds[k as keyof typeof kinds] ?? k).join(', ')] } : {}),
    ...(mission.kinds.includes('live_stream')
      ? { 'In a live stream': [`Say that it is advertising ${streamWords(mission.liveMinutes)}, and keep it on the picture`] }
      : {}),
    ...(mission.hashtags.length > 0 ? { Hashtags: [listed(mission.hashtags)] } : {}),
    ...(mission.tags.length > 0 ? { Name: [listed(mission.tags)] } : {}),
    ...(mission.links.length > 0 ? { Products: [mission.links.join('\n')] } : {}),
  }
  return Object.keys(rows).length > 0 ? [facts(rows)] : []
}

const streamWords = (minutes: number | null): string =>
  minutes === null ? 'at the start and again and again; /stream gives you the times' : `at the start and every ${minutes} minutes`

function termRows(mission: Mission, { currency, taken }: Seen): Record<string, Text> {
  const bonus = bonusOf(mission)
  const audience = audienceOf(mission)
  return {
    Fee: feeText(mission, currency),
    ...(bonus ? { Bonus: [sayBonus(bonus, currency)] } : {}),
    ...(mission.seats === null ? {} : { Seats: [seatsText(mission, taken)] }),
    ...(isForAll(audience) ? {} : { For: [sayAudience(audience)] }),
    ...(mission.rights === 'none' ? {} : { Rights: [rightsWords[mission.rights] ?? mission.rights] }),
    Closes: closing(mission),
  }
}

/** The post in #missions: what is asked, what it pays, for whom, until when. Once it is over it says so and has no button. */
export function missionCard(mission: Mission, seen: Seen): Card {
  const state = stateAt(mission, seen.now)
  if (state === 'closed' || state === 'settled')
    return card(mission.title, 'This mission is closed. Thank you to everyone who took part.')
  const free = state === 'open' && freeSeats(mission, seen.taken) > 0
  return card(
    mission.title,
    mission.brief,
    ...askedBlocks(mission),
    facts(termRows(mission, seen)),
    state === 'full' && 'The budget is used up. What was handed in is still looked at, and whoever has a seat hands in.',
    state === 'open' && !free && 'All seats are taken. Whoever waits in line gets the next free one.',
    state === 'open' && free && buttons(claimButton(mission), handIn(mission), details(mission)),
    state === 'open' && !free && buttons(wait(mission), handIn(mission), details(mission)),
    state === 'full' && buttons(wait(mission), handIn(mission), details(mission)),
  )
}

/** What one creator may expect of it, and where they stand. */
export type Mine = { rate: OwnRate; typical: Typical; seat: Seat | null; line: number; dueAt: Date | null }

/** A mission to whoever looks closer; what it pays is said before they claim, and nothing is promised. */
export function missionShowCard(mission: Mission, seen: Seen, mine: Mine | null): Card {
  const state = stateAt(mission, seen.now)
  const over = state === 'closed' || state === 'settled'
  return card(
    mission.title,
    mission.brief,
    ...askedBlocks(mission),
    facts({ ...termRows(mission, seen), ...(mine ? payRows(mine, seen.currency) : {}) }),
    mine?.typical != null && small(['A look back at real posts, fee and commission together. It is no promise.']),
    mine?.seat != null && paragraph(standing(mission, mine)),
    over && 'This mission is closed.',
    mine !== null &&
      !over &&
      buttons(...nextSteps(mission, seen, mine), { label: 'Show material', run: 'assets', given: { mission: mission.id } }),
  )
}

function payRows({ rate, typical }: Mine, currency: string): Record<string, Text> {
  const range = typical
    ? text`Half of the last ${typical.posts} approved posts earned ${money({ minor: typical.low, currency })} to ${money({ minor: typical.high, currency })}`
    : ['Not enough data yet']
  return { 'Your rate': [`${percent(rate.rateBps)} of each order you bring (${rate.why})`], Typical: range }
}

function standing(mission: Mission, { seat, line, dueAt }: Mine): Text {
  const until = dueAt ? text` Hand in by ${moment(dueAt, 'full')}.` : []
  const said: Record<string, Text> = {
    claimed: text`You have a seat.${until}`,
    waiting: [`You are number ${line} in line.`],
    handed_in: ['You handed in. How it stands is in /content.'],
    done: ['You are done here: your content was approved.'],
    left: ['You gave your seat back.'],
    missed: [
      cutShort(mission, seat!)
        ? 'You had a seat when it was closed.'
        : 'You had a seat, and nothing of yours was approved in it.',
    ],
  }
  return said[seat!.state] ?? []
}

function nextSteps(mission: Mission, { taken, now }: Seen, { seat }: Mine): (Button | false)[] {
  if (seat?.state === 'handed_in' || seat?.state === 'done') return [{ label: 'Show content', run: 'content' }]
  const leave: Button = {
    label: seat?.state === 'waiting' ? 'Leave the line' : 'Give it back',
    run: 'mission leave',
    given: given(mission),
  }
  if (seat?.state === 'claimed') return [{ ...handIn(mission), look: 'main' } as Button, phone(mission), leave]
  if (seat?.state === 'waiting') return [leave]
  const free = stateAt(mission, now) === 'open' && freeSeats(mission, taken) > 0
  return free ? [claimButton(mission), handIn(mission)] : [wait(mission)]
}

const LISTED = 8

/** Open missions, each with its buttons. `offer` is false for those who cannot take part; `page` counts from 1. */
export function missionsCard(
  open: { mission: Mission; taken: number }[],
  currency: string,
  now: Date,
  offer: boolean,
  page: number,
): Card {
  if (open.length === 0) return card('Open missions', 'No mission is open right now. New ones are posted in #missions.')
  const from = (page - 1) * LISTED
  const shown = open.slice(from, from + LISTED)
  const blocks = shown.flatMap(({ mission, taken }): Block[] => {
    const { title, brief } = mission
    const free = stateAt(mission, now) === 'open' && freeSeats(mission, taken) > 0
    const seats = mission.seats === null ? [] : text` · seats: ${seatsText(mission, taken)}`
    return [
      paragraph(text`${strong(title)}\n${cut(brief, 300)}`),
      small(text`${feeText(mission, currency)}${seats} · closes: ${closing(mission)}`),
      ...(offer
        ? [free ? buttons(claimButton(mission), handIn(mission), details(mission)) : buttons(wait(mission), details(mission))]
        : []),
    ]
  })
  const more = open.length - from - shown.length
  return card(
    'Open missions',
    ...blocks,
    more > 0 && small([`… and ${more} more.`]),
    more > 0 && buttons({ label: 'Next', run: 'mission list', given: { page: String(page + 1) } }),
  )
}
