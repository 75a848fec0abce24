import type { Mission } from '../db/generated/client.ts'
import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  choice,
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
import { plural } from '../kernel/plural.ts'
import { askedBlocks, closing, feeText, missionCard, type Seen, seatsText } from './cards.ts'
import { type Settlement, settlementBlocks } from './cards-settlement.ts'
import { left, stateAt } from './rules.ts'
import { audienceOf, sayAudience } from './rules-audience.ts'
import { bonusOf, sayBonus } from './rules-bonus.ts'
import { feesLeft } from './rules-campaign.ts'
import { rightsWords } from './rules-plan.ts'
import { templates } from './rules-templates.ts'

/** `again` is the mission that this one comes again by, itself or the first of which it is a copy. */
export type CampaignView = Seen & { fits: number; settlement: Settlement | null; again: Mission | null }

const form = (mission: Mission, label: string, run: string): Button => ({
  label,
  run,
  given: { mission: mission.id, '?': 'form' },
})
const press = (mission: Mission, label: string, run: string): Button => ({ label, run, given: { mission: mission.id } })

const budget = (mission: Mission, currency: string): Text => {
  const count = feesLeft(mission)
  const all = text`${money({ minor: mission.budgetMinor, currency })}`
  if (count === null) return ['No fee is paid']
  const rest = text`${all}, of which ${money({ minor: left(mission), currency })} is left: enough for ${count} more`
  return mission.seats !== null && mission.spentMinor === 0n && count < BigInt(mission.seats)
    ? text`${rest}. That is fewer than the ${mission.seats} seats`
    : rest
}

/** Everything a mission says, for the managers who make it. */
function planBlocks(mission: Mission, { currency, taken, fits, again }: CampaignView): Block[] {
  const bonus = bonusOf(mission)
  return [
    paragraph([mission.brief]),
    ...askedBlocks(mission),
    facts({
      Fee: feeText(mission, currency),
      ...(bonus ? { Bonus: [sayBonus(bonus, currency)] } : {}),
      Budget: budget(mission, currency),
      Seats: [seatsText(mission, taken)],
      Closes: closing(mission),
      ...(again ? { Again: repeats(again) } : {}),
      Rights: [rightsWords[mission.rights] ?? mission.rights],
      Audience: text`${sayAudience(audienceOf(mission))}: ${plural(fits, 'creator')}`,
      ...(mission.territories.length > 0 ? { Territories: [mission.territories.join(', ')] } : {}),
      ...(mission.reviewers > 1 ? { Reviewers: [`${mission.reviewers} have to approve`] } : {}),
    }),
  ]
}

const repeats = (mission: Mission): Text =>
  mission.repeatAt ? text`every ${mission.repeat!}, next on ${moment(mission.repeatAt, 'day')}` : [`every ${mission.repeat}`]

/** The first of a row, open or long closed, is asked: what it says makes the next one. */
export const stopRepeating = ({ id }: Pick<Mission, 'id'>): Button => ({
  label: 'Stop repeating',
  run: 'campaign scope',
  given: { mission: id, repeat: 'once' },
})

/** A draft with everything that may still be said; nobody but managers sees it. */
export function draftCard(mission: Mission, view: CampaignView): Card {
  return card(
    `Draft: ${mission.title}`,
    ...planBlocks(mission, view),
    view.fits === 0 && 'No creator fits this audience yet.',
    buttons(
      form(mission, 'Details', 'campaign details'),
      press(mission, 'Assets', 'assets'),
      form(mission, `Audience (${view.fits})`, 'campaign audience'),
      form(mission, 'Budget and checks', 'campaign scope'),
      form(mission, 'Bonus', 'campaign bonus'),
      form(mission, 'Basics', 'campaign edit'),
    ),
    buttons(
      press(mission, 'Preview as creator', 'campaign preview'),
      { ...press(mission, 'Publish', 'campaign publish'), look: 'main' } as Button,
      { ...press(mission, 'Throw away', 'campaign close'), look: 'danger' } as Button,
    ),
  )
}

/** A mission as managers see it: what it says, how it goes, what they may do. */
export function campaignCard(mission: Mission, view: CampaignView): Card {
  if (mission.state === 'draft') return draftCard(mission, view)
  const state = stateAt(mission, view.now)
  const over = state === 'closed' || state === 'settled'
  return card(
    mission.title,
    facts({ State: [state] }),
    ...planBlocks(mission, view),
    ...(view.settlement ? settlementBlocks(mission, view.settlement, view.currency) : []),
    !over &&
      buttons(
        form(mission, 'Raise the budget', 'campaign raise'),
        form(mission, 'Basics', 'campaign edit'),
        form(mission, 'Details', 'campaign details'),
        form(mission, 'Audience', 'campaign audience'),
        { ...press(mission, 'Close', 'campaign close'), look: 'danger' } as Button,
      ),
    buttons(
      press(mission, 'Assets', 'assets'),
      !over && press(mission, 'Preview as creator', 'campaign preview'),
      press(mission, 'Duplicate', 'campaign duplicate'),
      view.again !== null && stopRepeating(view.again),
    ),
  )
}

/** The answer to a change: the same card, and a word that it was done. */
export const changedCard = (words: string, mission: Mission, view: CampaignView): Card => {
  const shown = campaignCard(mission, view)
  return toned('good', { ...shown, blocks: [paragraph([words]), ...shown.blocks] })
}

/** The post as creators would see it, before it is out; its buttons are said and not pressed. */
export function previewCard(mission: Mission, seen: Seen): Card {
  const post = missionCard({ ...mission, state: 'open', opensAt: seen.now }, seen)
  const pressed = post.blocks.flatMap((b) => (b.block === 'buttons' ? b.buttons.map(({ label }) => label) : []))
  return card(
    post.title,
    ...post.blocks.filter(({ block }) => block !== 'buttons'),
    pressed.length > 0 &&
      small([
        `Creators see these buttons: ${pressed.join(', ')}. Before they claim, they read their own rate and what such posts earned.`,
      ]),
    buttons(
      mission.state === 'draft' && ({ ...press(mission, 'Publish', 'campaign publish'), look: 'main' } as Button),
      press(mission, 'Back', 'campaign show'),
    ),
  )
}

const LISTED = 10

/** Until when, or since when not any more; of one that was closed before its day the day says nothing. */
function ending(mission: Mission, now: Date): Text {
  const over = ['closed', 'settled'].includes(stateAt(mission, now))
  const past = mission.closesAt !== null && mission.closesAt <= now
  if (over) return past ? text` · closed: ${closing({ ...mission, daysToJoin: null })}` : []
  return text` · closes: ${closing(mission)}`
}

/** All missions, newest first, and the ways to a new one. */
export function campaignsCard(rows: Mission[], total: number, currency: string, now: Date, page: number): Card {
  const words: Record<string, string> = { draft: 'draft', open: 'open', full: 'full', closed: 'closed', settled: 'settled' }
  const blocks = rows.flatMap((mission): Block[] => [
    paragraph(text`${strong(mission.title)}: ${words[stateAt(mission, now)]!}`),
    small(
      text`${money({ minor: mission.spentMinor, currency })} of ${money({ minor: mission.budgetMinor, currency })} spent${ending(mission, now)}`,
    ),
    buttons(press(mission, 'Show', 'campaign show'), mission.state === 'draft' && press(mission, 'Publish', 'campaign publish')),
  ])
  const more = total - page * LISTED
  return card(
    'Missions of the program',
    total === 0 && 'There is none yet. Make the first one in a minute.',
    ...blocks,
    more > 0 && buttons({ label: 'Next', run: 'campaign list', given: { page: String(page + 1) } }),
    buttons(
      { label: 'New mission', run: 'campaign create', look: 'main' },
      total > 0 && { label: 'Duplicate last', run: 'campaign duplicate' },
    ),
    choice(
      'Begin with a template',
      'campaign template',
      'template',
      Object.entries(templates).map(([value, { label }]) => ({ label, value })),
    ),
  )
}

export const PER_PAGE = LISTED

/** What closing a mission, or throwing a draft away, would mean; neither can be taken back. */
export function closingCard({ mission, held, waiting }: { mission: Mission; held: number; waiting: number }): Card {
  const draft = mission.state === 'draft'
  const people = [
    ...(held > 0 ? [`${plural(held, 'creator holds a seat and has', 'creators hold a seat and have')} not handed in`] : []),
    ...(waiting > 0 ? [`${plural(waiting, 'waits', 'wait')} in line`] : []),
  ]
  return toned(
    'warn',
    card(
      draft ? `Throw “${mission.title}” away?` : `Close “${mission.title}” now?`,
      draft
        ? 'Nobody has seen this draft. It cannot be brought back.'
        : 'A closed mission cannot be opened again. What was handed in is still looked at.',
      people.length > 0 && `${people.join(', and ')}. They are told.`,
      buttons(
        {
          label: draft ? 'Throw it away' : 'Close it',
          run: 'campaign close',
          given: { mission: mission.id, sure: 'yes', ...(draft ? { draft: 'yes' } : {}) },
          look: 'danger',
        },
        press(mission, draft ? 'Keep it' : 'Keep it open', 'campaign show'),
      ),
    ),
  )
}

/** The answer to whoever threw a draft away. */
export const thrownAwayCard = (mission: Mission): Card =>
  card(
    'Thrown away',
    `The draft “${mission.title}” is gone. Nobody had seen it.`,
    buttons({ label: 'New mission', run: 'campaign create' }),
  )
