import { type Block, type Button, buttons, type Card, card, money, paragraph, small, type Text, table } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { type Range, sayDay } from '../kernel/time.ts'
import { change, count, dailyChart, figure, height } from './cards.ts'
import type { Daily } from './days.ts'
import { type Period, periods } from './rules.ts'
import { allIn, type Kpi, kpisOf, type Tally, type Terms, type Way, ways } from './rules-kpi.ts'

/** What is looked at, as the buttons carry it on. */
export type View = { period: Period; by?: Way | undefined; of?: string | undefined; name?: string | undefined }

export const windowWords = ({ from, to }: Range, zone: string, locale: string): string =>
  `${sayDay(from, zone, locale)} to ${sayDay(new Date(to.getTime() - 1), zone, locale)}`

/** "3 / 120", what a ratio is made of; money in its own form. */
export function parts({ measure }: Pick<Kpi, 'measure'>): Text {
  if (!('of' in measure)) return ['']
  const { numerator, denominator, currency } = measure.of
  if (measure.kind === 'each' && measure.value)
    return [money({ minor: numerator, currency: measure.value.currency }), `\u00a0/\u00a0${count(denominator)}`]
  if (measure.kind !== 'share' || measure.value === null) return ['']
  if (currency === undefined) return [`${count(numerator)}\u00a0/\u00a0${count(denominator)}`]
  return [money({ minor: numerator, currency }), '\u00a0/\u00a0', money({ minor: denominator, currency })]
}

export const kpiTable = (rows: { now: Kpi; before: Kpi }[], caption: string): Block =>
  table(
    ['Figure', 'Now', 'Before', 'Change', 'From', 'Means'],
    rows.map(({ now, before }) => [
      [now.name],
      figure(now.measure),
      figure(before.measure),
      [change(now.measure, before.measure)],
      parts(now),
      [now.says],
    ]),
    { caption, align: ['left', 'right', 'right', 'right', 'right', 'left'] },
  )

const given = ({ period, by, of }: View): Record<string, string> => ({
  period,
  ...(of === undefined ? (by === undefined ? {} : { by }) : { of }),
})

const around = (view: View): Button[] => [
  ...(Object.keys(periods) as Period[])
    .filter((period) => period !== view.period)
    .map((period) => ({ label: `Show ${period.replace('d', ' days')}`, run: 'kpi', given: given({ ...view, period }) })),
  { label: 'Get the CSV', run: 'report csv', given: given(view) },
]

const nextWays = (view: View): Button[] =>
  (Object.keys(ways) as Way[])
    .filter((by) => by !== view.by)
    .map((by) => ({ label: `Compare by ${ways[by].toLowerCase()}`, run: 'kpi', given: { period: view.period, by } }))

export type Frame = { window: Range & { before: Date; beforeTo: Date }; zone: string; locale: string }

/** The program, or one thing of it, in numbers beside as many days before. */
export function kpiCard(
  view: View,
  frame: Frame,
  { now, before, terms }: { now: Tally; before: Tally; terms: Terms },
  daily: Daily[],
): Card {
  const { window, zone, locale } = frame
  const earlier = new Map(kpisOf(before, terms).map((kpi) => [kpi.key, kpi]))
  const rows = kpisOf(now, terms).flatMap((kpi) => ({ now: kpi, before: earlier.get(kpi.key) ?? kpi }))
  const caption = `${windowWords(window, zone, locale)}, beside ${windowWords({ from: window.before, to: window.beforeTo }, zone, locale)} up to the same time of day`
  const unknown = now.cost.giftsUnknown
  return card(
    `${view.name ?? 'The program'}: ${view.period.replace('d', ' days')}`,
    kpiTable(rows, caption),
    ...(daily.length === 0
      ? []
      : [
          dailyChart('bar', 'Net revenue a day', daily, (d) => height(d.revenueMinor, terms.currency), terms.currency),
          dailyChart('line', 'Clicks a day', daily, (d) => d.clicks),
        ]),
    unknown > 0 &&
      small(`${plural(unknown, 'gift has', 'gifts have')} no value yet and ${unknown === 1 ? 'is' : 'are'} not in the cost.`),
    small('n/a means that there was nothing to divide by; it is never 0.'),
    buttons(...around(view), ...(view.of === undefined ? nextWays(view) : [{ label: 'Show the program', run: 'kpi' }])),
  )
}

const LISTED = 25
const columns = ['clicks', 'orders', 'net_revenue', 'cvr', 'aov', 'cost', 'roas'] as const

/** Each thing of a way in a row, those with most net revenue first. */
export function waysCard(view: View & { by: Way }, frame: Frame, rows: { name: string; tally: Tally }[], terms: Terms): Card {
  const sorted = rows.sort(
    (a, b) =>
      Number(b.tally.sales.netMinor - a.tally.sales.netMinor) ||
      Number(allIn(b.tally, terms) - allIn(a.tally, terms)) ||
      (a.name < b.name ? -1 : 1),
  )
  const names = columns.map((key) => rows.length > 0 && kpisOf(rows[0]!.tally, terms).find((kpi) => kpi.key === key)?.name)
  const line = ({ name, tally }: { name: string; tally: Tally }): Text[] => {
    const kpis = new Map(kpisOf(tally, terms).map((kpi) => [kpi.key, kpi]))
    return [[name], ...columns.map((key): Text => (kpis.has(key) ? figure(kpis.get(key)!.measure) : ['n/a']))]
  }
  const more = rows.length - LISTED
  return card(
    `By ${ways[view.by].toLowerCase()}: ${view.period.replace('d', ' days')}`,
    rows.length === 0
      ? paragraph(['Nothing happened in this time.'])
      : table([ways[view.by], ...columns.map((key, i) => names[i] || titles[key])], sorted.slice(0, LISTED).map(line), {
          caption: windowWords(frame.window, frame.zone, frame.locale),
          align: ['left', ...columns.map(() => 'right' as const)],
        }),
    more > 0 && small(`… and ${more} more in the CSV.`),
    view.by === 'offer' && small('A click is not yet under an offer, so clicks are n/a here.'),
    buttons(...around(view), ...nextWays(view)),
  )
}

const titles: Record<(typeof columns)[number], string> = {
  clicks: 'Clicks',
  orders: 'Orders',
  net_revenue: 'Net revenue',
  cvr: 'CVR',
  aov: 'AOV',
  cost: 'Cost',
  roas: 'ROAS',
}
