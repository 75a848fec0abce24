// A moment is a short prompt to creators: something is back in stock, a trend runs, a flash sale is on. It has seats and an end. Who
// joins first has the seats, nobody has two, and who joined stays. While it runs, the codes and links of those who joined carry what it
// offers; when its time is over it ends by itself. What counts for it is what those who joined brought from then until its end: clicks on
// their links, orders that a click or code of that time won, wherever they come in later, and content handed in for it. An order that
// came under the offer of one moment counts for no other.
import type { Button } from '../kernel/card.ts'
import { Refusal } from '../kernel/refusal.ts'

export const kinds = { restock: 'Back in stock', trend: 'Trend', flash: 'Flash sale' } as const
export type MomentKind = keyof typeof kinds

/** What content helps a shopper with. */
export const intents = {
  discover: 'Discover: it makes one curious',
  compare: 'Compare: it weighs one against another',
  buy: 'Buy: it answers the last doubt',
  use: 'Use: it shows how to',
} as const
export type Intent = keyof typeof intents

export type MomentTerms = {
  id: string
  headline: string
  state: string
  seats: number
  startsAt: Date
  endsAt: Date
}

/** What a moment brought so far; `clicks` counts a visitor once an hour, revenue is net and in the program's currency. */
export type Counts = {
  joined: number
  clicks: number
  orders: number
  /** Of these that were kept: those that came by a click on a link of who has the order. */
  byClick: number
  revenueMinor: bigint
  content: number
  approved: number
  intents: Partial<Record<Intent, number>>
  /** What the posts of its content have by their newest numbers: likes and comments, saves where they are known; null = nobody knows. */
  engaged: bigint | null
  shares: bigint | null
  /** How many pieces have numbers. */
  measured: number
}

export const isOver = (moment: Pick<MomentTerms, 'state' | 'endsAt'>, now: Date): boolean =>
  moment.state === 'ended' || moment.endsAt <= now

export const seatsLeft = (moment: Pick<MomentTerms, 'seats'>, joined: number): number => Math.max(0, moment.seats - joined)

const handIn = (moment: Pick<MomentTerms, 'id'>): Button => ({
  label: 'Hand in content',
  run: 'submit',
  given: { moment: moment.id },
  look: 'main',
})

const running: Button = { label: 'See what runs', run: 'moment list' }

const over = (moment: Pick<MomentTerms, 'headline'>): Refusal =>
  new Refusal('too_late', `“${moment.headline}” is over.`, 'See what runs now with /moment list.', 'moment', running)

/** Throws unless somebody may join now: it runs, they are not in yet, and a seat is free. */
export function checkJoin(moment: MomentTerms, joined: number, already: boolean, now: Date): void {
  if (isOver(moment, now)) throw over(moment)
  if (already) throw new Refusal('conflict', 'You are in already.', 'Post, then hand in what you made.', 'moment', handIn(moment))
  if (seatsLeft(moment, joined) === 0) {
    const seats = moment.seats === 1 ? 'The only seat' : `All ${moment.seats} seats`
    throw new Refusal(
      'over_limit',
      `${seats} of “${moment.headline}” ${moment.seats === 1 ? 'is' : 'are'} taken.`,
      'Be quicker next time, or see what else runs with /moment list.',
      'moment',
      running,
    )
  }
}

/** Content for a moment may come while it runs and a while after, for a film takes its time. */
export const HAND_IN_HOURS = 48

/** Throws unless this creator joined the moment and its content is still taken. */
export function checkHandIn(moment: MomentTerms, joined: boolean, until: Date, now: Date): void {
  if (!joined)
    throw isOver(moment, now)
      ? over(moment)
      : new Refusal('conflict', `You are not in “${moment.headline}” yet.`, 'Join it first.', 'moment', {
          label: 'Join',
          run: 'moment join',
          given: { moment: moment.id },
          look: 'main',
        })
  if (until <= now)
    throw new Refusal(
      'too_late',
      `“${moment.headline}” ended more than ${HAND_IN_HOURS} hours ago.`,
      'Hand it in without the moment: your content is welcome all the same.',
      'moment',
      { label: 'Hand in content', run: 'submit', look: 'main' },
    )
}

/** Throws for a discount that shoppers would not notice. */
export function checkPercent(percent: number | undefined, usual: number): void {
  if (percent !== undefined && percent <= usual)
    throw new Refusal(
      'invalid',
      `The codes of creators take off ${usual} % anyway.`,
      `Give more than ${usual}, or leave it out for a moment without a discount.`,
      'percent',
    )
}

/** Orders that came by a click for a hundred clicks, with one decimal, as /kpi has it; null where nobody clicked. */
export const conversion = ({ clicks, byClick }: Pick<Counts, 'clicks' | 'byClick'>): string | null =>
  clicks === 0 ? null : `${((byClick / clicks) * 100).toFixed(1)} %`

/** As it is kept to see whether anything changed. */
export const countsKey = (counts: Counts): Record<string, string | number> => ({
  joined: counts.joined,
  clicks: counts.clicks,
  orders: counts.orders,
  content: counts.content,
  approved: counts.approved,
  revenue: String(counts.revenueMinor),
  engaged: String(counts.engaged),
  shares: String(counts.shares),
  measured: counts.measured,
})
