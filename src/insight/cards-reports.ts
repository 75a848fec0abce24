import { buttons, type Card, card, chart, facts, money, paragraph, small, table, text, toned } from '../kernel/card.ts'
import { count } from './cards.ts'
import type { Cohort, Funnel } from './cohorts.ts'
import { percentOf } from './rules.ts'
import type { Effect } from './rules-effect.ts'
import { type Way, ways } from './rules-kpi.ts'

const percent = (part: number, whole: number): string =>
  whole === 0 ? 'n/a' : percentOf({ numerator: BigInt(part), denominator: BigInt(whole) })

/** Of each month's newcomers, how many were active in that month and in each one after. */
export function cohortsCard(cohorts: Cohort[]): Card {
  const known = cohorts.filter(({ size }) => size > 0)
  const widest = Math.max(0, ...known.map(({ active }) => active.length))
  const after = Array.from({ length: Math.max(0, widest - 1) }, (_, i) => i + 1)
  const points = after.map((n) => {
    const reached = known.filter(({ active }) => active.length > n)
    const size = reached.reduce((sum, one) => sum + one.size, 0)
    const active = reached.reduce((sum, one) => sum + one.active[n]!, 0)
    return { label: `+${n}`, value: size === 0 ? 0 : Math.round((1_000 * active) / size) / 10 }
  })
  if (known.length === 0) return card('Cohorts', 'Nobody was admitted in the last twelve months.')
  return card(
    'Cohorts: who stays active',
    table(
      ['Admitted', 'Creators', 'Same month', ...after.map((n) => `+${n}`)],
      known.map(({ month, size, active }) => [
        month,
        String(size),
        ...Array.from({ length: widest }, (_, n) => (active[n] === undefined ? '' : percent(active[n], size))),
      ]),
      { caption: 'Share with an order or content handed in, by month after admission', align: ['left', 'right'] },
    ),
    points.length > 0 &&
      chart(
        'line',
        'Active after so many months',
        [{ name: 'Active', points }],
        `Active after so many months: ${points.map(({ label, value }) => `${label} ${value} %`).join(', ')}.`,
        '%',
      ),
    small('The last column of each row is the month that runs, and may still grow.'),
  )
}

/** What became of the clicks and orders of a window until today. */
export function funnelCard(funnel: Funnel, name: string, window: string, given: Record<string, string>): Card {
  const { clicks, orders, approved, ripe, codeOrders, codeApproved } = funnel
  const steps = [
    ...(clicks === null ? [] : [{ label: 'Clicks', value: clicks }]),
    { label: 'Orders', value: orders },
    { label: 'Approved', value: approved },
    { label: 'Payable', value: ripe },
  ]
  const shareOf = (n: number, of: number | null) => (of === null ? 'n/a' : percent(n, of))
  return card(
    `Funnel: ${name}`,
    table(
      ['Step', 'Count', 'Of the step before', 'Of the clicks'],
      [
        ['Unique clicks', clicks === null ? 'n/a' : count(clicks), '', ''],
        ['Orders by click', count(orders), shareOf(orders, clicks), shareOf(orders, clicks)],
        ['Approved', count(approved), percent(approved, orders), shareOf(approved, clicks)],
        ['Payable, its hold over', count(ripe), percent(ripe, approved), shareOf(ripe, clicks)],
      ],
      { caption: window, align: ['left', 'right', 'right', 'right'] },
    ),
    chart(
      'bar',
      'From click to sale',
      [{ name: 'Count', points: steps }],
      `From click to sale: ${steps.map(({ label, value }) => `${label} ${count(value)}`).join(', ')}.`,
    ),
    paragraph([`By code alone, without a click: ${count(codeOrders)} orders, ${count(codeApproved)} approved.`]),
    small('Approved: not cancelled, not lost, and something of it was kept.'),
    buttons({ label: 'Show the figures', run: 'kpi', given }),
  )
}

/** The funnels of several things, one in a row. */
export function funnelsCard(
  by: Way,
  rows: { name: string; funnel: Funnel }[],
  { period, words }: { period: string; words: string },
): Card {
  const line = ({ name, funnel: { clicks, orders, approved, ripe, codeOrders } }: (typeof rows)[number]): string[] => [
    name,
    clicks === null ? 'n/a' : count(clicks),
    `${count(orders)} (${clicks === null ? 'n/a' : percent(orders, clicks)})`,
    `${count(approved)} (${percent(approved, orders)})`,
    `${count(ripe)} (${percent(ripe, approved)})`,
    count(codeOrders),
  ]
  return card(
    `Funnel by ${ways[by].toLowerCase()}`,
    rows.length === 0
      ? 'Nothing happened in this time.'
      : table([ways[by], 'Clicks', 'Orders by click', 'Approved', 'Payable', 'By code alone'], rows.map(line), {
          caption: words,
          align: ['left', 'right', 'right', 'right', 'right', 'right'],
        }),
    small('In brackets: the share of the step before.'),
    buttons(
      { label: 'Show the program', run: 'report funnel', given: { period } },
      { label: 'Show the figures', run: 'kpi', given: { period, by } },
    ),
  )
}

/** What each incentive did, with how sure that is. */
export function effectsCard(rows: { name: string; effect: Effect }[], currency: string): Card {
  const amount = (value: number) => money({ minor: BigInt(Math.round(value)), currency })
  return card(
    'What incentives did',
    'Each is held against creators who sold about as much before and did not get it in the same weeks: four weeks before beside four weeks after, the week itself left out.',
    table(
      ['Incentive', 'More a week, per creator', '95 % interval', 'n', 'Beside'],
      rows.map(({ name, effect }) =>
        effect.known
          ? [
              name,
              text`${amount(effect.more)}`,
              text`${amount(effect.from)} to ${amount(effect.to)}`,
              String(effect.treated),
              String(effect.compared),
            ]
          : [name, 'not enough data', '', String(effect.treated), String(effect.compared)],
      ),
      { caption: 'Net revenue in the last 26 weeks', align: ['left', 'right', 'right', 'right', 'right'] },
    ),
    ...rows.flatMap(({ name, effect }) => (effect.known ? [facts({ [name]: verdict(effect) })] : [])),
    small(
      'An interval that holds 0 says that nothing was shown, not that nothing was there. Eight creators on each side are the least.',
    ),
  )
}

const verdict = (effect: Extract<Effect, { known: true }>): string =>
  effect.from > 0 ? 'it brought more' : effect.to < 0 ? 'it brought less' : 'no difference was shown'

/** Files behind addresses that sign in who asked for them. */
export const fileCard = (title: string, ...files: { label: string; url: string }[]): Card =>
  toned('good', card(title, 'Each link signs you in and opens its file. They are for you alone.', buttons(...files)))

/** What the figures reckon with. */
export const figureTermsCard = (terms: { marginBps: number | null; discountsCost: boolean; horizonDays: number }): Card =>
  card(
    'What the figures reckon with',
    facts({
      Margin:
        terms.marginBps === null ? 'not said, so ROI is n/a and LTV is net revenue' : `${terms.marginBps / 100} % of net revenue`,
      'Discounts in the cost': terms.discountsCost ? 'yes' : 'no',
      'LTV over': `${terms.horizonDays} days`,
    }),
    buttons({ label: 'See KPIs', run: 'kpi' }),
  )
