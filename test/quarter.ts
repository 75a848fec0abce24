/** A program left alone: the clock goes from one due moment to the next, shops send orders, and nobody presses anything. */
import { expect } from 'vitest'
import type { Card } from '../src/kernel/card.ts'
import { plain } from '../src/kernel/plain.ts'
import { addDays, days, hours, instantOf, isoWeek, localDay, localTime, minutes, monthOf, weekRange } from '../src/kernel/time.ts'
import { enlist, type Member } from './rooms/shop.ts'
import { type World, world } from './world.ts'

const HOME = 'Europe/Berlin'
const zones = { Mia: HOME, Ben: 'America/New_York', Zoe: 'Australia/Sydney', Kim: 'Asia/Kolkata', Noa: 'America/St_Johns' }
type Name = keyof typeof zones
const names = Object.keys(zones) as Name[]

type Sale = { id: string; who: Name; at: Date; minor: number; backAt?: Date }
type Seen = { at: Date; place: string; key: string; card: Card }

/** Lives through so many weeks from the Sunday before a Monday, and proves every board and digest of them. */
export async function live(monday: string, weeks: number): Promise<{ boards: number; digests: number; steps: number }> {
  const w = await world({ now: instantOf(addDays(monday, -1), '12:00', HOME).toISOString() })
  try {
    const ana = await w.admin('Ana')
    const members = {} as Record<Name, Member>
    for (const name of names) members[name] = await enlist(w, name)
    await w.within((ctx) => ctx.db.creator.updateMany({ data: { decidedAt: ctx.now, termsAt: ctx.now } }))
    for (const name of names) await members[name].run('settings', { zone: zones[name] })
    await ana.run('season create', { kind: 'month', metric: 'revenue' })
    const end = instantOf(addDays(monday, 7 * weeks), '12:00', HOME)
    const sales = plan(w.now, end)
    const { seen, steps } = await pass(w, members, sales, end)
    const boards = provedBoards(seen, sales, monday, weeks)
    const digests = provedDigests(w, members, seen, sales, monday, weeks)
    provedOnce(seen)
    return { boards, digests, steps }
  } finally {
    await w.close()
  }
}

/** Three orders in two days, always the same ones; each fifth is given back, some of them long after their week was over. */
function plan(from: Date, end: Date): Sale[] {
  const sales: Sale[] = []
  let seed = 7
  const next = (n: number): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % n
  }
  for (let at = hours(from, 5); at < end; at = minutes(at, 400 + next(1_200))) {
    const id = `o${sales.length}`
    const sale: Sale = { id, who: names[next(names.length)]!, at, minor: 1_000 + 10 * next(2_000) }
    if (sales.length % 5 === 4) sale.backAt = days(at, next(2) === 0 ? 0.02 : 9)
    sales.push(sale)
  }
  return sales
}

/** From one moment at which something is due to the next; on Sundays and Mondays also the minute before it. */
async function pass(w: World, members: Record<Name, Member>, sales: Sale[], end: Date): Promise<{ seen: Seen[]; steps: number }> {
  const told = sales
    .flatMap((sale) => [
      { at: sale.at, sale, back: false },
      ...(sale.backAt && sale.backAt < end ? [{ at: sale.backAt, sale, back: true }] : []),
    ])
    .sort((a, b) => a.at.getTime() - b.at.getTime())
  const seen: Seen[] = []
  let known = 0
  let steps = 0
  let swept = new Date(0)
  const ring = async (): Promise<void> => {
    steps++
    const jobs = w.now.getTime() - swept.getTime() > 6 * 3_600_000 ? ['due', 'messages', 'schedule'] : ['messages', 'schedule']
    if (jobs[0] === 'due') swept = w.now
    for (const job of [...jobs, 'deliver']) await w.app.runJob(job)
    for (const { place, card, message } of w.door.messages.slice(known)) seen.push({ at: w.now, place, key: message, card })
    known = w.door.messages.length
  }
  await ring()
  while (w.now < end) {
    const due = await nextDue(w)
    const next = told[0]
    if (next && next.at <= due) {
      told.shift()
      w.at(next.at)
      await (next.back ? gaveBack(w, next.sale) : bought(w, next.sale, members[next.sale.who].code))
      continue
    }
    if (minutes(due, -1) > w.now && /T\d\d:[03]0/.test(due.toISOString()) && [0, 1].includes(due.getUTCDay())) {
      w.at(minutes(due, -1))
      await ring()
    }
    w.at(due)
    await ring()
    // Rung again, it has nothing more to say.
    if (steps % 7 === 0) await ring()
  }
  return { seen, steps }
}

async function nextDue(w: World): Promise<Date> {
  const { rows } = await w.app.database.owner.query<{ at: Date | null }>(
    `SELECT min(at) AS at FROM (SELECT "nextAt" AS at FROM "Schedule" WHERE NOT paused UNION ALL SELECT "dueAt" FROM "Message" WHERE state = 'planned'
      UNION ALL SELECT "notBefore" FROM "Outbox" WHERE state = 'due') due WHERE at > $1`,
    [w.now],
  )
  const latest = hours(w.now, 12)
  const at = rows[0]?.at
  return at && at < latest ? at : latest
}

const data = (sale: Sale) => ({
  id: sale.id,
  number: `#${sale.id}`,
  at: sale.at,
  currency: 'EUR',
  total: (sale.minor / 100).toFixed(2),
})
const bought = (w: World, sale: Sale, code: string) =>
  w.hook('generic', { type: 'order.created', data: { ...data(sale), codes: [code] } })
const gaveBack = (w: World, sale: Sale) => {
  const base = (sale.minor / 100).toFixed(2)
  const back = { id: `r-${sale.id}`, order_id: sale.id, at: sale.backAt, currency: 'EUR', base }
  return w.hook('generic', { type: 'order.refunded', data: back })
}

type Span = { from: Date; to: Date }
const within = (at: Date | undefined, { from, to }: Span): boolean => at !== undefined && at >= from && at < to

/** Who brought what in a span, as it stood at its end, best first; ties by who got there first. */
function standing(sales: Sale[], span: Span): { who: Name; orders: number }[] {
  const rows = names.map((who) => {
    const kept = sales.filter((sale) => sale.who === who && within(sale.at, span) && !(sale.backAt && sale.backAt < span.to))
    return { who, orders: kept.length, minor: kept.reduce((sum, sale) => sum + sale.minor, 0) }
  })
  return rows.filter(({ minor }) => minor > 0).sort((a, b) => b.minor - a.minor)
}

const flat = (card: Card): string => plain(card).replace(/\s+/g, ' ')
const words = (rows: { who: Name; orders: number }[]): string =>
  rows.map(({ who, orders }, n) => `${n + 1} ${who} ${orders}`).join(' ')
/** The rows of a board as words, without what moved. */
function rowsOf(card: Card): string {
  const table = card.blocks.find((block) => block.block === 'table')!
  const kept = { ...table, head: ['', '', ''], rows: table.rows.map((row) => row.slice(0, 3)) }
  return flat({ title: '', tone: 'plain', blocks: [kept] }).trim()
}

function provedBoards(seen: Seen[], sales: Sale[], monday: string, weeks: number): number {
  const boards = seen.filter(({ place, card }) => place.endsWith(':leaderboard') && card.title.startsWith('Leaderboard of'))
  let proved = 0
  for (let n = 0; n < weeks; n++) {
    const nine = instantOf(addDays(monday, 7 * (n + 1)), '09:00', HOME)
    const span = weekRange(days(nine, -7), HOME)
    const found = boards.filter(({ at }) => at.getTime() === nine.getTime())
    expect(
      found.map(({ card }) => card.title),
      nine.toISOString(),
    ).toEqual([`Leaderboard of week ${Number(isoWeek(span.from, HOME).slice(-2))}`])
    expect(rowsOf(found[0]!.card), nine.toISOString()).toBe(words(standing(sales, span)))
    proved++
  }
  const last = addDays(monday, 7 * weeks)
  for (let day = monday; day <= last; day = addDays(day, 1)) {
    if (!day.endsWith('-01')) continue
    const midnight = instantOf(day, '00:00', HOME)
    const month = { from: instantOf(`${addDays(day, -1).slice(0, 7)}-01`, '00:00', HOME), to: midnight }
    const found = boards.filter(({ at }) => at.getTime() === midnight.getTime())
    expect(found, day).toHaveLength(1)
    expect(rowsOf(found[0]!.card), day).toBe(words(standing(sales, month)))
    proved++
  }
  expect(boards).toHaveLength(proved + boards.filter(({ at }) => at < instantOf(addDays(monday, 1), '00:00', HOME)).length)
  return proved
}

/** Commission as the ledger books it: a tenth of each order, and back when it is given back. */
function earned(sales: Sale[], who: Name, span: Span): number {
  const own = sales.filter((sale) => sale.who === who)
  const booked = own.filter(({ at }) => within(at, span)).reduce((sum, { minor }) => sum + minor / 10, 0)
  return booked - own.filter(({ backAt }) => within(backAt, span)).reduce((sum, { minor }) => sum + minor / 10, 0)
}

const euros = (minor: number): string => `${minor < 0 ? '-' : ''}€${(Math.abs(minor) / 100).toFixed(2)}`

function provedDigests(
  w: World,
  members: Record<Name, Member>,
  seen: Seen[],
  sales: Sale[],
  monday: string,
  weeks: number,
): number {
  let proved = 0
  for (const name of names) {
    const zone = zones[name]
    const own = seen.filter(
      ({ place, card }) => place === `${w.programId}:person:${members[name].personId}` && card.title.startsWith('Your week'),
    )
    const mondays = Array.from({ length: weeks + 1 }, (_, n) => addDays(monday, 7 * n)).filter(
      (day) => instantOf(day, '09:00', zone) <= w.now,
    )
    expect(
      own.map(({ at }) => `${localDay(at, zone)} ${localTime(at, zone)}`),
      name,
    ).toEqual(mondays.map((day) => `${day} 09:00`))
    for (const { at, card } of own) {
      const span = weekRange(days(at, -7), zone)
      const orders = sales.filter((sale) => sale.who === name && within(sale.at, span)).length
      const said = flat(card)
      expect(said, `${name} ${at.toISOString()}`).toMatch(new RegExp(`Orders ${orders} `))
      expect(said, `${name} ${at.toISOString()}`).toContain(`Earned ${euros(earned(sales, name, span))} `)
      proved++
    }
  }
  return proved
}

/** Nothing that has a period is said twice in a place, and one unasked push a local day at most leads it. */
function provedOnce(seen: Seen[]): void {
  const once = new Map<string, number>()
  for (const { at, place, card } of seen) {
    const period = /^(Your month|Creator of the week|Evaluation|The evaluation)/.exec(card.title)?.[0]
    const day = card.title === 'Your morning' ? localDay(at, HOME) : period && monthOf(at, HOME)
    if (day === undefined) continue
    const key = `${place} ${card.title} ${period === 'Creator of the week' ? isoWeek(at, HOME) : day}`
    once.set(key, (once.get(key) ?? 0) + 1)
  }
  expect([...once].filter(([, times]) => times > 1)).toEqual([])
}
