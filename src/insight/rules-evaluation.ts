/**
 * The law of the evaluation: whatever it says, it says with the figure it rests on, what that is held against, and how many things are
 * behind it; with too few there is no sentence. More of: what sells clearly better than the program does. To lift: creators who grow,
 * or who sell well to few. To talk to: those whose sales broke in or stopped, and us, where content waits too long.
 */
import type { Measure } from './rules.ts'
import { type Kpi, type KpiKey, kpisOf, type Tally, type Terms } from './rules-kpi.ts'

export type Kind = 'more' | 'lift' | 'talk'
/** `against` is what the figure is held against: the month before, or the program. */
export type Evidence = { name: string; now: Measure; against: Measure; than: string; n: number; of: string }
export type Statement = { kind: Kind; says: string; creatorId?: string; evidence: Evidence }

export type Named = { key: string; name: string; now: Tally }
export type Compared = Named & { before: Tally }
export type Ground = {
  terms: Terms
  now: Tally
  before: Tally
  creators: Compared[]
  missions: Named[]
  platforms: Named[]
  niches: Named[]
  offers: Named[]
}

const ORDERS = 10
const CLICKS = 100
const FEW_CLICKS = 50
const SHOWN = 5
const LATE_HOURS = 48

export function statements(ground: Ground): Statement[] {
  return [...moreOf(ground), ...toLift(ground).slice(0, SHOWN), ...toTalk(ground).slice(0, SHOWN)]
}

/** What is said of one creator alone. */
export const statementsOf = (ground: Ground, creatorId: string): Statement[] =>
  [...toLift(ground), ...toTalk(ground)].filter((one) => one.creatorId === creatorId)

const kpi = (tally: Tally, key: KpiKey, terms: Terms): Kpi => kpisOf(tally, terms).find((one) => one.key === key)!
const plain = ({ measure: { value } }: Kpi): number | null =>
  value === null ? null : typeof value === 'object' ? Number(value.minor) : value

/** Net revenue, without making all figures of somebody of whom nothing is said. */
const net = ({ sales }: Tally): number => Number(sales.netMinor)

/** The best of each way, where it is a quarter better than the program and enough stands behind it. */
function moreOf({ terms, now, missions, platforms, niches, offers }: Ground): Statement[] {
  const asked: [string, Named[], KpiKey, string, number][] = [
    ['platform', platforms.filter(({ key }) => key !== 'not known'), 'cvr', 'clicks', CLICKS],
    ['niche', niches.filter(({ key }) => key !== ''), 'roas', 'orders', ORDERS],
    ['mission', missions, 'roas', 'orders', ORDERS],
    ['offer', offers, 'aov', 'orders', ORDERS],
  ]
  return asked.flatMap(([what, things, key, of, least]) => {
    const usual = kpi(now, key, terms)
    const found = things
      .map((thing) => ({ thing, own: kpi(thing.now, key, terms) }))
      .filter(({ own }) => own.n >= least && plain(own) !== null && (plain(usual) ?? 0) > 0)
      .filter(({ own }) => plain(own)! >= plain(usual)! * 1.25)
      .sort((a, b) => plain(b.own)! - plain(a.own)!)[0]
    if (!found) return []
    const { thing, own } = found
    const evidence = { name: own.name, now: own.measure, against: usual.measure, than: 'the whole program', n: own.n, of }
    return [{ kind: 'more', says: `Do more with the ${what} ${thing.name}.`, evidence } as const]
  })
}

function toLift({ terms, now, creators }: Ground): Statement[] {
  const rose = creators.flatMap(({ key, name, now: own, before }): Statement[] => {
    if (own.sales.orders < ORDERS / 2 || net(before) <= 0 || net(own) < net(before) * 1.5) return []
    const [a, b] = [kpi(own, 'net_revenue', terms), kpi(before, 'net_revenue', terms)]
    const evidence = { name: a.name, now: a.measure, against: b.measure, than: 'the month before', n: a.n, of: 'orders' }
    return [{ kind: 'lift', says: `Lift ${name}: sales grew by half or more.`, creatorId: key, evidence }]
  })
  const usual = kpi(now, 'cvr', terms)
  const sellers = creators.flatMap(({ key, name, now: own }): Statement[] => {
    const few = own.clicks !== null && own.clicks >= FEW_CLICKS && own.clicks * creators.length < (now.clicks ?? 0)
    if (!few || !plain(usual)) return []
    const cvr = kpi(own, 'cvr', terms)
    if ((plain(cvr) ?? 0) < plain(usual)! * 1.5) return []
    const evidence = {
      name: cvr.name,
      now: cvr.measure,
      against: usual.measure,
      than: 'the whole program',
      n: cvr.n,
      of: 'clicks',
    }
    return [{ kind: 'lift', says: `Lift ${name}: few come, and many of them buy. Give them reach.`, creatorId: key, evidence }]
  })
  return byValue([...rose, ...sellers])
}

function toTalk({ terms, now, before: was, creators }: Ground): Statement[] {
  const [speed, slower] = [kpi(now, 'approval', terms), kpi(was, 'approval', terms)]
  const late: Statement[] =
    speed.n >= LATE_MINIMUM && (plain(speed) ?? 0) > LATE_HOURS
      ? [
          {
            kind: 'talk',
            says: 'Talk about how content is reviewed: creators wait for more than two days.',
            evidence: {
              name: speed.name,
              now: speed.measure,
              against: slower.measure,
              than: 'the month before',
              n: speed.n,
              of: 'decisions',
            },
          },
        ]
      : []
  const fell = creators.flatMap(({ key, name, now: own, before }): Statement[] => {
    if (before.sales.orders < ORDERS / 2 || net(before) <= 0 || net(own) > net(before) / 2) return []
    const [a, b] = [kpi(own, 'net_revenue', terms), kpi(before, 'net_revenue', terms)]
    const what = own.sales.orders === 0 ? 'sales stopped' : 'sales halved'
    const evidence = { name: a.name, now: a.measure, against: b.measure, than: 'the month before', n: b.n, of: 'orders before' }
    return [{ kind: 'talk', says: `Talk to ${name}: ${what}.`, creatorId: key, evidence }]
  })
  return [...late, ...byValue(fell)]
}

const LATE_MINIMUM = 5

/** The largest first, by what was or is at stake. */
const byValue = (list: Statement[]): Statement[] => {
  const stake = ({ evidence: { now, against } }: Statement): number =>
    Math.max(...[now, against].map(({ value }) => (value === null ? 0 : typeof value === 'object' ? Number(value.minor) : value)))
  return list.sort((a, b) => stake(b) - stake(a) || (a.says < b.says ? -1 : 1))
}
