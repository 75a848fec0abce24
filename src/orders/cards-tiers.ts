import { buttons, type Card, card, facts, money, paragraph, type Text, text, toned } from '../kernel/card.ts'
import { bar, type Step, type Tiers } from '../ledger/rules-tiers.ts'
import { percent } from '../programs/rules.ts'
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
