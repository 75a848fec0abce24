/**
 * What people are shown, against the tables themselves: two months of small random programs in currencies with two, no and three decimals.
 * Amounts are added up and spelled by hand, and stand alike on cards, in lists and on papers; boards are made anew by a statement of their own.
 */
import { afterEach, expect, test } from 'vitest'
import { ordersFile } from '../../src/insight/orders-file.ts'
import { csvRows } from '../../src/kernel/csv.ts'
import { due } from '../../src/ledger/mature.ts'
import { liabilityOf, liabilitySheet } from '../../src/ledger/reports.ts'
import { statementOf } from '../../src/ledger/statement.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { refresh } from '../../src/recognition/tallies.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { pdfWords } from '../pdf.ts'
import { ibanOf } from '../simulation/acts.ts'
import { diceOf } from '../simulation/dice.ts'
import { type World, world } from '../world.ts'
import { enter, finance, german } from './payees.ts'
import { enlist, type Member, order, tell } from './shop.ts'

let w: World
afterEach(() => w.close())

const HOUR = 3_600_000
const signs = { EUR: ['€', 2], JPY: ['¥', 0], KWD: ['KWD ', 3] } as const
type Currency = keyof typeof signs
type House = { currency: Currency; zone: string; members: Member[]; ana: Persona; fay: Persona; hal: Persona }

/** 1234.500, of 1234500 fils. */
function plainly(minor: bigint, currency: Currency): string {
  const places = signs[currency][1]
  const digits = String(minor < 0n ? -minor : minor).padStart(places + 1, '0')
  const cut = digits.length - places
  return `${minor < 0n ? '-' : ''}${digits.slice(0, cut)}${places === 0 ? '' : `.${digits.slice(cut)}`}`
}
/** KWD 1,234.500, as it is read. */
function spelled(minor: bigint, currency: Currency): string {
  const [whole, part] = plainly(minor < 0n ? -minor : minor, currency).split('.')
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${minor < 0n ? '-' : ''}${signs[currency][0]}${grouped}${part === undefined ? '' : `.${part}`}`
}
const even = (text: string): string => text.replaceAll('\u00a0', ' ')
const sum = (all: readonly bigint[]): bigint => all.reduce((total, one) => total + one, 0n)
/** What stands behind a name on a card. */
const beside = (card: string, name: string): string | undefined =>
  card
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.slice(name.length)
    .trim()

const dayIn = (at: Date, zone: string) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)
/** The first instant at which a wall has that day. */
function midnight(day: string, zone: string): Date {
  let instant = new Date(`${day}T00:00:00Z`).getTime() - 15 * HOUR
  while (dayIn(new Date(instant), zone) < day) instant += HOUR / 2
  return new Date(instant)
}

async function found(currency: Currency, zone: string): Promise<House> {
  w = await world({ now: '2026-09-02T10:00:00Z', program: { currency, zone } })
  const unit = 10 ** Math.max(2, signs[currency][1])
  const tier = { name: 'Silver', from: String(300 * unit), rateBps: 1_733 }
  const tiers = { measure: 'revenue', window: 'month', mode: 'retroactive', steps: [tier] }
  const policy = policySchema.parse({ holdDays: 5, payday: 15, minPayoutMinor: '1', tiers })
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
  const members: Member[] = []
  for (const name of ['Ada', 'Bea', 'Cleo', 'Dora']) {
    const member = await enlist(w, name)
    await enter(w, member, german(`${name} Lind`, { iban: ibanOf(members.push(member)) }))
  }
  return { currency, zone, members, ana: await w.manager('Ana'), fay: await finance(w, 'Fay'), hal: await finance(w, 'Hal') }
}

/** Two months of sales, what is given back of them, bonuses, and what is paid on two paydays, of which some comes back. */
async function live({ currency, members, ana, fay, hal }: House, seed: string): Promise<void> {
  const dice = diceOf(seed)
  const most = currency === 'KWD' ? 200_000 : 20_000
  const sold: { id: string; left: number }[] = []
  const amount = (minor: number) => ({ minor: String(minor), currency })
  for (let n = 0; n < 32; n++) {
    w.at(new Date(w.now.getTime() + dice.between(24, 60) * HOUR))
    const one = sold.filter(({ left }) => left > 0)[dice.below(6)]
    const what = dice.below(10)
    if (what < 6 || !one) {
      const base = dice.between(101, most)
      const at = new Date(w.now.getTime() - dice.below(30) * HOUR).toISOString()
      await tell(w, order(`${n}`, { at, codes: [dice.pick(members).code], base: amount(base), components: {} }))
      sold.push({ id: `${n}`, left: base })
    } else if (what < 9) {
      const minor = dice.percent(40) ? one.left : dice.between(1, one.left)
      one.left -= minor
      const at = w.now.toISOString()
      await tell(w, { type: 'order.refunded', refundId: `r${n}`, orderId: one.id, at, base: amount(minor) })
    } else {
      const { creatorId: creator } = dice.pick(members)
      await ana.run('bonus give', { creator, amount: plainly(BigInt(dice.between(1, 9_000)), currency), reason: 'Well done' })
    }
    await w.within(due)
    if (n % 2 === 0) await w.within(refresh)
    if (n % 12 === 11) await pay(fay, hal)
  }
}

async function pay(fay: Persona, hal: Persona): Promise<void> {
  await fay.run('payout prepare')
  const batch = await w.within(({ db }) => db.batch.findFirst({ where: { state: 'prepared' } }))
  if (!batch) return
  const { card } = await hal.ask('payout confirm', { batch: batch.id })
  const press = card && buttonsOf(card).find((button) => 'run' in button && button.run === 'payout confirm')
  if (press && 'run' in press) await hal.run(press.run, press.given ?? {})
  await fay.run('payout sent', { batch: batch.id })
  const sent = await w.within(({ db }) => db.payment.findMany({ where: { state: 'sent' }, orderBy: { id: 'asc' } }))
  for (const [i, { reference: payment }] of sent.entries()) {
    if (i === 1) await fay.run('payout fail', { payment, reason: 'No such account' })
    else await fay.run('payout settle', { payment })
  }
}

type Moved = { at: Date; minor: bigint; which: string; out: boolean }
/** What moved into the purses of somebody, and out of them. */
async function movedOf(creatorId: string): Promise<Moved[]> {
  const all = await w.within(({ db }) => db.transfer.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] }))
  const own = (account: string) => account.startsWith(`creator:${creatorId}:`)
  return all.flatMap(({ at, from, to, minor }) => [
    ...(own(from) ? [{ at, minor: -minor, which: from.split(':')[2]!, out: to.endsWith(':paid') }] : []),
    ...(own(to) ? [{ at, minor, which: to.split(':')[2]!, out: false }] : []),
  ])
}

async function money({ currency, zone, members }: House): Promise<void> {
  const say = (minor: bigint) => spelled(minor, currency)
  expect(await w.within(({ db }) => db.payment.count({ where: { state: 'settled' } }))).toBeGreaterThan(0)
  const owed = csvRows(Buffer.from(liabilitySheet(await w.within((ctx) => liabilityOf(ctx, null)))).toString('utf8'))
  for (const member of members) {
    const moved = await movedOf(member.creatorId)
    const held = (which: string) => sum(moved.filter((one) => one.which === which).map(({ minor }) => minor))
    const [pending, payable, paid] = [held('pending'), held('payable'), held('paid')]
    const card = even(await member.run('earnings'))
    expect([beside(card, 'Pending')?.split(/, payable| until|, the/)[0], beside(card, 'Payable'), beside(card, 'Paid')]).toEqual(
      [pending, payable, paid].map(say),
    )
    const [pendingCell, payableCell, , below] = owed.find(({ cells }) => cells[1] === member.creatorId)?.cells.slice(3) ?? []
    const debt = payable < 0n ? -payable : 0n
    if (pendingCell !== undefined)
      expect([pendingCell, payableCell, below]).toEqual([pending, payable + debt, debt].map((minor) => plainly(minor, currency)))
    let opening = 0n
    for (const month of ['2026-09', '2026-10', '2026-11']) {
      const rows = moved.filter(({ at, which }) => which !== 'paid' && dayIn(at, zone).startsWith(month))
      const closing = opening + sum(rows.map(({ minor }) => minor))
      // Each is drawn as a PDF, which takes its time.
      if (rows.length > 0 && member === members[0]) await papers(member, month, currency, { opening, closing })
      opening = closing
    }
    expect(opening).toBe(pending + payable + held('paying'))
  }
}

/** The card, the list and the paper of one month. */
async function papers(
  member: Member,
  month: string,
  currency: Currency,
  { opening, closing }: { opening: bigint; closing: bigint },
): Promise<void> {
  const card = even(await member.run('statement', { month }))
  expect([beside(card, 'Opening balance'), beside(card, 'Closing balance')]).toEqual(
    [opening, closing].map((minor) => spelled(minor, currency)),
  )
  const { csvId, pdfId } = await w.within((ctx) => statementOf(ctx, member.creatorId, month, null))
  const read = (id: string) => w.within(async (ctx) => (await ctx.read(id)).bytes)
  const list = csvRows(Buffer.from(await read(csvId)).toString('utf8')).map(({ cells }) => cells)
  const ends = ['Opening balance', 'Closing balance'].map((what) => list.find((cells) => cells[1] === what)?.[5])
  expect(ends).toEqual([opening, closing].map((minor) => plainly(minor, currency)))
  const words = even(pdfWords(await read(pdfId)))
  expect(words).toContain(`Opening balance ${spelled(opening, currency)} `)
  expect(words).toContain(`Closing balance ${spelled(closing, currency)} `)
}

type Stood = { id: string; name: string; value: bigint; orders: bigint; rank: bigint }
const stood = (from: Date, to: Date): Promise<Stood[]> =>
  w.within(
    ({ db }) => db.$queryRaw<Stood[]>`
      WITH own AS (SELECT l."creatorId" AS id, l.at, l.base - coalesce((SELECT sum(r.base) FROM "Refund" r
          WHERE r."orderExternalId" = o."externalId" AND r.at < ${to}), 0) AS kept
        FROM "Line" l JOIN "Order" o ON o.id = l."orderId" WHERE l.at >= ${from} AND l.at < ${to}),
      brought AS (SELECT id, sum(kept)::bigint AS value, count(*) AS orders, max(at) AS last FROM own WHERE kept > 0 GROUP BY id)
      SELECT b.id, c.name, b.value, b.orders, rank() OVER (ORDER BY b.value DESC) AS rank
      FROM brought b JOIN "Creator" c ON c.id = b.id ORDER BY b.value DESC, b.last`,
  )

async function boards({ currency, zone, members, ana }: House): Promise<void> {
  const months: [string, string][] = [
    ['month', `${dayIn(w.now, zone).slice(0, 7)}-01`],
    ['quarter', '2026-10-01'],
  ]
  for (const [period, first] of months) {
    const next = period === 'quarter' ? '2027-01-01' : first < '2026-11' ? '2026-11-01' : '2026-12-01'
    const places = await stood(midnight(first, zone), midnight(next, zone))
    expect(places.length).toBeGreaterThan(0)
    const board = even(await ana.run('leaderboard', { period, metric: 'revenue' }))
    const rows = board.split('\n').filter((line) => /^ +\d+ {2}/.test(line))
    expect(
      rows.map((line) =>
        line
          .trim()
          .split(/ {2,}/)
          .filter((cell) => !cell.includes('█')),
      ),
    ).toEqual(places.map(({ rank, name, orders, value }) => [`${rank}`, name, `${orders}`, spelled(value, currency)]))
    for (const member of members) {
      const mine = places.find(({ id }) => id === member.creatorId)
      const own = even(await member.run('leaderboard', { period, metric: 'revenue' }))
      expect(beside(own, 'Your place')).toBe(mine && `${mine.rank} of ${places.length}`)
      expect(beside(own, 'Your net revenue')).toBe(mine && spelled(mine.value, currency))
    }
  }
}

async function sales({ currency, zone, ana }: House): Promise<void> {
  const from = midnight(dayIn(new Date(w.now.getTime() - 89 * 24 * HOUR), zone), zone)
  const all = await stood(from, new Date(w.now.getTime() + 1))
  const net = sum(all.map(({ value }) => value))
  const card = even(await ana.run('kpi', { period: '90d' }))
  expect(beside(card, 'Net revenue')).toMatch(new RegExp(`^${spelled(net, currency).replaceAll('.', '\\.')} `))
  let text = ''
  for await (const piece of ordersFile(w.app.database.pool, { id: w.programId, zone }, { from, to: w.now })) text += piece
  const [, ...list] = csvRows(text)
  const left = list.map(({ cells }) => cells[8]!)
  for (const cell of left) expect(cell.split('.')[1]?.length ?? 0).toBe(signs[currency][1])
  expect(sum(left.map((cell) => BigInt(cell.replace('.', ''))))).toBe(net)
}

test.each([
  ['EUR', 'Pacific/Auckland'],
  ['JPY', 'Asia/Kolkata'],
  ['KWD', 'America/New_York'],
] as const)('each place that shows an amount in %s spells the same one, as the tables have it', async (currency, zone) => {
  const house = await found(currency, zone)
  await live(house, currency)
  await money(house)
  await boards(house)
  await sales(house)
})
