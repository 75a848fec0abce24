/** Figures as a list for spreadsheets: a row for each figure, with everything it is made of. */
import type { Context } from '../context.ts'
import { type Cell, csvFile } from '../kernel/csv.ts'
import { localDay, type Range } from '../kernel/time.ts'
import { keepPaper } from '../ledger/papers.ts'
import { namesOf } from './names.ts'
import type { Measure } from './rules.ts'
import type { Way } from './rules-kpi.ts'
import { kpisOf } from './rules-kpi.ts'
import { tallies, termsOf } from './tally.ts'

const head = ['Of', 'Id', 'Figure', 'Value', 'Unit', 'Numerator', 'Denominator', 'n', 'From', 'To', 'Before', 'Means']

/** Keeps the list as a file for managers. */
export async function figuresFile(
  ctx: Context,
  { window, by, of }: { window: Range & { before: Date; beforeTo: Date }; by?: Way | undefined; of?: string | undefined },
): Promise<string> {
  const { zone } = ctx.program
  const terms = termsOf(ctx)
  const now = await tallies(ctx, { ...window, by, of })
  const before = await tallies(ctx, { from: window.before, to: window.beforeTo, by, of })
  const names = by ? await namesOf(ctx, by, [...now.keys()]) : new Map([['all', ctx.program.name]])
  const [from, to] = [localDay(window.from, zone), localDay(new Date(window.to.getTime() - 1), zone)]
  const rows = [...now].flatMap(([key, tally]) => {
    const was = before.get(key)
    const earlier = new Map((was ? kpisOf(was, terms) : []).map((kpi) => [kpi.key, kpi.measure]))
    return kpisOf(tally, terms).map(({ key: name, measure, n, says }): Cell[] => {
      const old = earlier.get(name)
      return [
        names.get(key) ?? key,
        key,
        name,
        cellOf(measure),
        unitOf(measure, terms.currency),
        ...sidesOf(measure, terms.currency),
        n,
        from,
        to,
        old ? cellOf(old) : null,
        says,
      ]
    })
  })
  const name = `figures-${by ?? 'program'}-${to}.csv`
  return keepPaper(ctx, { bytes: csvFile(head, rows), name, what: `report figures ${to}`, creatorId: null })
}

/** Empty for n/a, which is not 0. */
function cellOf(measure: Measure): Cell {
  if (measure.value === null || typeof measure.value === 'object') return measure.value
  return measure.kind === 'share' || measure.kind === 'times' ? measure.value / 100 : measure.value
}

/** What it is made of, money as money: its minor units are a hundred of one in one currency, a thousand or one in another. */
function sidesOf(measure: Measure, currency: string): [Cell, Cell] {
  if (!('of' in measure)) return [null, null]
  const { numerator, denominator, currency: both } = measure.of
  const top = both !== undefined || measure.kind === 'each' ? { minor: numerator, currency } : numerator
  return [top, both === undefined ? denominator : { minor: denominator, currency }]
}

const unitOf = ({ kind }: Measure, currency: string): string =>
  ({ count: 'count', money: currency, each: currency, share: 'percent', times: 'times', hours: 'hours' })[kind]
