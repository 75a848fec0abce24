import type { Creator } from '../db/generated/client.ts'
import { buttons, type Card, card, facts, moment, money, paragraph, strong, type Text, text, toned } from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import { bar, type Step, type Tiers } from '../ledger/rules-tiers.ts'
import { tierWords } from '../programs/rules-commission.ts'

type Measured = { tiers: Tiers; currency: string }

const amount = ({ tiers, currency }: Measured, units: bigint): Text =>
  tiers.measure === 'revenue' ? [money({ minor: units, currency })] : text`${units} ${units === 1n ? 'order' : 'orders'}`

export type Fallen = Measured & { creatorId: string; name: string; step: Step; total: bigint; after: string }

/** For managers: refunds or an upheld case (`after`) left a creator below the tier they have. */
export const fellCard = (fallen: Fallen): Card =>
  toned(
    'warn',
    card(
      `${fallen.name} is below tier ${fallen.step.name} after ${fallen.after}`,
      paragraph(
        text`What counts is ${amount(fallen, fallen.total)} now, and the tier begins at ${amount(fallen, BigInt(fallen.step.from))}. Nothing was taken: the tier stands until its window is over, and what it paid stays paid.`,
      ),
      buttons({ label: 'Show creator', run: 'creator show', given: { creator: fallen.creatorId } }),
    ),
  )

export type TierView = Measured & {
  tier: string | null
  byHand: boolean
  total: bigint
  /** Where the way to the next step began. */
  from: bigint
  next: { step: Step; missing: bigint } | null
  rateBps: number
}

/** Where a creator stands, and how far the next tier is. */
export function tierCard(view: TierView): Card {
  const { tier, byHand, total, from, next, rateBps, tiers, currency } = view
  return card(
    tier === null ? 'Your tier: none yet' : `Your tier: ${tier}`,
    facts({
      'Your rate': percent(rateBps),
      'Counts so far': amount(view, total),
      ...(byHand ? { Given: 'by the team; it stays whatever you sell' } : {}),
      ...(next
        ? {
            'Next tier': text`${next.step.name} at ${amount(view, BigInt(next.step.from))}: ${percent(next.step.rateBps)}`,
            'Still missing': amount(view, next.missing),
            Way: `${bar(total, from, BigInt(next.step.from))} ${amountShare(total, from, BigInt(next.step.from))}`,
          }
        : {}),
    }),
    next === null && !byHand && 'You are at the top.',
    paragraph(text`${tierWords({ ...tiers, steps: [...tiers.steps] }, currency)}`),
    buttons({ label: 'See earnings', run: 'earnings' }),
  )
}

const amountShare = (total: bigint, from: bigint, to: bigint): string =>
  `${to <= from ? 100 : Number(((total < from ? 0n : total - from) * 100n) / (to - from))} %`

/** What became of a tier by hand: `gets` is how the creator stands with it, `was` the tier they had. */
export type Given = {
  creator: Pick<Creator, 'id' | 'name' | 'personId'>
  /** null = none, so that sales decide. */
  wanted: string | null
  was: string | null
  gets: TierView
  from: Date
  later: boolean
  /** What was announced for this day does not come. */
  withdrawn: Date | null
}

/** For the manager who gave or took it. */
export const givenCard = ({ creator, wanted, was, gets, from, later, withdrawn }: Given): Card =>
  toned(
    'good',
    card(
      wanted === null ? `Sales decide the tier of ${creator.name}` : `${creator.name} is given ${wanted}`,
      facts({ Tier: gets.tier ?? 'none yet', Rate: percent(gets.rateBps), From: [moment(from, 'day')], Before: was ?? 'none' }),
      later
        ? 'It is worth less to them, so it begins when the notice of the program is over. They are told now.'
        : 'They are told. Sales before keep what they had.',
      withdrawn !== null && 'What was announced does not come, and they are told so.',
      buttons({ label: 'Show creator', run: 'creator show', given: { creator: creator.id } }),
    ),
  )

/** For the creator whom it concerns. */
export function tierNewsCard({ wanted, was, gets, from, later, withdrawn }: Given): Card {
  const rate = strong(percent(gets.rateBps))
  const has = wanted === null ? text`your sales decide your tier` : text`your tier is ${wanted}, whatever you sell`
  return toned(
    later ? 'warn' : 'good',
    card(
      later ? 'Your tier changes' : wanted === null ? 'Your sales decide your tier' : `You were given ${wanted}`,
      withdrawn !== null && paragraph(text`What was announced of it for ${moment(withdrawn, 'day')} does not come.`),
      paragraph(
        later
          ? text`You have ${was ?? 'no tier'} now. From ${moment(from, 'day')} ${has}; as your sales stand, your rate is ${rate} then.`
          : text`From now on ${has}. Your rate is ${rate}.`,
      ),
      'Every sale of before keeps its rate.',
      buttons({ label: 'Show my tier', run: 'tier show' }),
    ),
  )
}

/** All tiers of the program, as managers and admins see them. */
export const tiersCard = (tiers: Tiers | null, currency: string, counts: ReadonlyMap<string, number>): Card =>
  tiers === null
    ? card(
        'There are no tiers',
        'Every creator earns the rate of the program, or their own.',
        buttons({ label: 'Set tiers', run: 'tier set' }),
      )
    : card(
        'The tiers',
        paragraph(text`${tierWords({ ...tiers, steps: [...tiers.steps] }, currency)}`),
        facts(
          Object.fromEntries(
            tiers.steps.map((step) => [
              step.name,
              text`from ${amount({ tiers, currency }, BigInt(step.from))}, ${percent(step.rateBps)}, held by ${counts.get(step.name) ?? 0}`,
            ]),
          ),
        ),
        buttons({ label: 'Change tiers', run: 'tier set', given: { '?': 'form' } }),
      )
