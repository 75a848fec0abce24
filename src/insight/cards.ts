import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  chart,
  facts,
  moment,
  money,
  paragraph,
  small,
  strong,
  type Text,
  text,
} from '../kernel/card.ts'
import { decimals, format } from '../kernel/money.ts'
import type { Daily } from './days.ts'
import type { Waiting, Worklist } from './queries.ts'
import { type Counts, creatorKpis, type Measure, moved, type Period, percentOf, periods } from './rules.ts'

const NONE = 'n/a'

/** 1129 → "1,129" */
export const count = (n: number | bigint): string => n.toLocaleString('en')

/** A figure as people read it; without a denominator it is n/a, never 0. */
export function figure(measure: Measure): Text {
  if (measure.value === null) return [NONE]
  switch (measure.kind) {
    case 'count':
      return [count(measure.value)]
    case 'money':
    case 'each':
      return [money(measure.value as { minor: bigint; currency: string })]
    case 'share':
      return [percentOf(measure.of)]
    case 'times':
      return [`${(measure.value / 100).toFixed(2)} ×`]
    case 'hours':
      return [measure.value < 1 ? `${Math.round(measure.value * 60)} min` : `${measure.value.toFixed(1)} h`]
  }
}

export const change = (now: Measure, before: Measure): string => {
  const bps = moved(now, before)
  if (bps === null) return NONE
  // In a narrow column nothing of it may stand on a line of its own.
  return `${bps > 0 ? '▲ +' : bps < 0 ? '▼ ' : '± '}${(bps / 100).toFixed(0)} %`.replaceAll(' ', '\u00a0')
}

const periodWords: Record<Period, string> = { '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days' }

const otherPeriods = (run: string, period: Period): Button[] =>
  (Object.keys(periods) as Period[])
    .filter((p) => p !== period)
    .map((p) => ({ label: `Show ${p.replace('d', ' days')}`, run, given: { period: p } }))

/** Major units, for the height of a chart only. */
export const height = (minor: bigint, currency: string): number => Number(minor) / 10 ** decimals(currency)

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** 2026-11-21 → "21 Nov", short enough to stand under a chart. */
const dayLabel = (day: string): string => `${Number(day.slice(8))} ${months[Number(day.slice(5, 7)) - 1]}`

/** A height in words, an amount as an amount. */
const said = (value: number, currency?: string): string =>
  currency === undefined
    ? value.toLocaleString('en')
    : format({ minor: BigInt(Math.round(value * 10 ** decimals(currency))), currency })

export function dailyChart(
  kind: 'line' | 'bar',
  title: string,
  daily: Daily[],
  of: (day: Daily) => number,
  unit?: string,
): Block {
  const points = daily.map((day) => ({ label: dayLabel(day.day), value: of(day) }))
  const total = points.reduce((all, p) => all + p.value, 0)
  const best = points.reduce((a, b) => (b.value > a.value ? b : a), points[0] ?? { label: '', value: 0 })
  const alt =
    total === 0
      ? `${title}: nothing yet in ${points.length} days.`
      : `${title} on ${points.length} days; most on ${best.label}, ${said(best.value, unit)}.`
  return chart(kind, title, [{ name: title, points }], alt, unit)
}

/** A creator's own numbers with two charts. */
export function statsCard(
  counts: Counts,
  daily: Daily[],
  period: Period,
  currency: string,
  kudos: { received: number; given: number },
): Card {
  return card(
    `Your numbers: ${periodWords[period].toLowerCase()}`,
    facts(Object.fromEntries(Object.entries(creatorKpis(counts, currency)).map(([name, measure]) => [name, figure(measure)]))),
    dailyChart('line', 'Clicks a day', daily, (d) => d.clicks),
    dailyChart('bar', 'Earned a day', daily, (d) => height(d.earnedMinor, currency), currency),
    small([`Kudos: ${kudos.received} from other creators, ${kudos.given} given.`]),
    small([
      'Clicks count a visitor once an hour, bots left out. CVR is orders that came by a click on your link per click, those by your code without one left out; n/a means that there were no clicks to divide by.',
    ]),
    buttons(...otherPeriods('stats', period), { label: 'See earnings', run: 'earnings' }),
  )
}

const waits = (what: string, waiting: Waiting, button: Button): Block[] =>
  waiting.count === 0
    ? []
    : [
        paragraph(
          waiting.oldest
            ? text`${strong(`${waiting.count} ${what}`)}, the oldest ${moment(waiting.oldest, 'ago')}`
            : text`${strong(`${waiting.count} ${what}`)}`,
        ),
        buttons(button),
      ]

const payoutBlocks = (payouts: Waiting): Block[] =>
  waits(payouts.count === 1 ? 'payout to confirm or send' : 'payouts to confirm or send', payouts, {
    label: 'Look at the payout',
    run: 'payout show',
    given: payouts.first ? { batch: payouts.first } : {},
  })

/** The same for whoever sees to money and is no manager. */
export const financeHomeCard = (payouts: Waiting): Card =>
  card(
    payouts.count === 0 ? 'All clear' : 'Waiting for you',
    ...(payouts.count === 0 ? ['Nothing waits for you. Payouts to confirm or send will stand here.'] : payoutBlocks(payouts)),
    buttons({ label: 'Show payouts', run: 'payout show' }, { label: 'Open dashboard', run: 'dashboard' }),
  )

/** A manager's one list: what waits, how old, one button each. */
export function worklistCard(list: Worklist): Card {
  const blocks = [
    ...waits(list.applications.count === 1 ? 'application' : 'applications', list.applications, {
      label: 'Open the oldest',
      run: 'creator show',
      given: list.applications.first ? { creator: list.applications.first } : {},
    }),
    ...waits(list.content.count === 1 ? 'piece to review' : 'pieces to review', list.content, {
      label: 'Review',
      run: 'review queue',
    }),
    ...waits(list.cases.count === 1 ? 'case to decide' : 'cases to decide', list.cases, {
      label: 'Look at the oldest case',
      run: 'case show',
      given: list.cases.first ? { case: list.cases.first } : {},
    }),
    ...payoutBlocks(list.payouts),
    ...waits(list.parked.count === 1 ? 'parked delivery' : 'parked deliveries', list.parked, {
      label: 'Look at parked',
      run: 'parked',
    }),
  ]
  const rest = buttons(
    { label: 'See KPIs', run: 'kpi' },
    { label: 'List creators', run: 'creator list' },
    { label: 'Open dashboard', run: 'dashboard' },
  )
  if (blocks.length === 0)
    return card(
      'All clear',
      'Nothing waits for you. Applications, content, cases, payouts and parked deliveries will stand here.',
      rest,
    )
  return card('Waiting for you', ...blocks, rest)
}

export type CreatorHome = {
  name: string
  counts: Counts
  currency: string
  paused: boolean
  /** For creators who see to money as well. */
  payouts?: Waiting
  /** What to hand in for; `seated` when a seat in it is theirs. */
  next: { mission: { id: string; title: string }; seated: boolean; dueAt: Date | null } | null
}

const handInFor = ({ mission, seated, dueAt }: NonNullable<CreatorHome['next']>): Text =>
  seated
    ? text`Your next step: you have a seat in “${mission.title}”. Hand in${dueAt ? text` by ${moment(dueAt, 'full')}` : ''}.`
    : [`Your next step: hand in something for “${mission.title}”.`]

/** A creator's three numbers and the next best step. */
export function creatorHomeCard(home: CreatorHome): Card {
  const { counts, next } = home
  const step: { says: Text; button: Button } = next
    ? {
        says: handInFor(next),
        button: { label: 'Hand in', run: 'submit', given: { mission: next.mission.id }, look: 'main' },
      }
    : counts.clicks === 0
      ? {
          says: ['Your next step: share your link once. The first click is the hardest.'],
          button: { label: 'Get your link', run: 'link', look: 'main' },
        }
      : {
          says: ['Your next step: see which open mission fits you.'],
          button: { label: 'See missions', run: 'mission list', look: 'main' },
        }
  return card(
    `Hello ${home.name}`,
    home.paused && 'You are paused. Your links still work for shoppers and earn again when you are back.',
    facts(
      Object.fromEntries(
        Object.entries(creatorKpis(counts, home.currency))
          .filter(([name]) => name !== 'CVR')
          .map(([name, measure]) => [`${name}, 30 days`, figure(measure)]),
      ),
    ),
    ...(home.payouts ? payoutBlocks(home.payouts) : []),
    paragraph(step.says),
    buttons(
      step.button,
      { label: 'See earnings', run: 'earnings' },
      { label: 'See standings', run: 'leaderboard' },
      { label: 'Open dashboard', run: 'dashboard' },
    ),
  )
}

export const visitorHomeCard = (program: string): Card =>
  card(
    `Welcome to ${program}`,
    'This is our creator program: share what you like, with your own link and code, and earn on every order you bring.',
    buttons({ label: 'Apply', run: 'apply', look: 'main' }, { label: 'See what you can do', run: 'help' }),
  )
