/** A quarter of a program with a thousand creators: they sell, give back, are written to each week and paid each month. */
import { addDays, hours, instantOf, localDay, localTime } from '../../src/kernel/time.ts'
import { openDetails, saveDetails } from '../../src/payouts/payees.ts'
import { german } from '../rooms/payees.ts'
import { ibanOf } from './acts.ts'
import { carry, ring } from './bells.ts'
import { actorOf, type House, openHouse, type Person, team } from './house.ts'
import { allLaws, quickLaws } from './laws.ts'
import { further, pay } from './pay.ts'
import { type Counts, calm, countsOf, intake, stateOf } from './simulate.ts'

export type Quarter = {
  creators: number
  weeks: number
  steps: number
  seconds: number
  /** Seconds of that by what they went into. */
  spent: Record<string, number>
  hash: string
  counts: Counts
  digests: number
  broken: string[]
}

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata']

/** So many weeks, from one moment at which something is due to the next, with so many orders a week. */
export async function quarter(creators: number, weeks: number, ordersAWeek: number): Promise<Quarter> {
  const house = await openHouse('a quarter', { kills: 0, chats: ['discord'] })
  try {
    await team(house)
    await crowd(house, creators)
    await accounts(house)
    const began = house.time.ms
    const started = performance.now()
    const end = hours(instantOf(addDays(localDay(house.clock(), house.zone), 7 * weeks), '00:00', house.zone), 1)
    const broken: string[] = []
    const spent: Record<string, number> = {}
    const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      const from = performance.now()
      const done = await work()
      spent[what] = (spent[what] ?? 0) + (performance.now() - from) / 1_000
      return done
    }
    let [steps, heard, swept] = [0, 0, 0]
    for (let day = ''; house.clock() < end && broken.length === 0; steps++) {
      const before = house.time.ms
      house.time.ms = await moment(house)
      await timed('orders', () => sell(house, (ordersAWeek * (house.time.ms - before)) / WEEK))
      // What looks for work of its own finds none between two moments, but for what the hours bring.
      const told = house.shop.acked.size
      const sweep = house.time.ms - swept >= 6 * HOUR
      if (sweep) swept = house.time.ms
      const jobs = [...(told > heard ? ['absorb'] : []), ...(sweep ? ['due', 'payouts'] : []), 'messages', 'schedule']
      heard = told
      for (const job of jobs) await timed(job, () => ring(house, job))
      const today = localDay(house.clock(), house.zone)
      if (today !== day && localTime(house.clock(), house.zone) >= '09:00') {
        day = today
        await timed('payments', () => money(house))
        if (weekdayOf(today) === 0) broken.push(...(await timed('laws', () => quickLaws(house))))
      }
      await timed('deliver', () => carry(house, 40))
    }
    if (broken.length === 0) {
      await timed('calm', () => calm(house))
      broken.push(...(await timed('laws', () => allLaws(house))))
    }
    house.note(`state ${await stateOf(house)}`)
    const seconds = (performance.now() - started) / 1_000
    const digests = await house.within(({ db }) => db.message.count({ where: { kind: 'digest', state: 'sent' } }))
    const counts = await countsOf(house, began)
    return { creators, weeks, steps, seconds, spent, hash: house.trace.hash, counts, digests, broken }
  } finally {
    await house.close()
  }
}

const HOUR = 3_600_000
const WEEK = 7 * 24 * HOUR
const weekdayOf = (day: string): number => new Date(day).getUTCDay()

/** The next moment at which something is due by its row; bells that look for work of their own ring every eight hours at least. */
async function moment({ base, time }: House): Promise<number> {
  const now = new Date(time.ms + 60_000)
  const { rows } = await base.database.owner.query<{ at: Date | null }>(
    `SELECT min(at) AS at FROM (SELECT "nextAt" AS at FROM "Schedule" WHERE NOT paused UNION ALL SELECT "dueAt" FROM "Message" WHERE state = 'planned'
      UNION ALL SELECT "notBefore" FROM "Outbox" WHERE state = 'due') due WHERE at > $1`,
    [now],
  )
  return Math.min(rows[0]?.at?.getTime() ?? Number.POSITIVE_INFINITY, time.ms + 8 * HOUR)
}

/** Once a day: on payday a batch is prepared, and on the days after it the bank takes its list and answers. */
async function money(house: House): Promise<void> {
  if (Number(localDay(house.clock(), house.zone).slice(8)) === house.payday) await pay(house)
  else await further(house)
}

/** About so many orders, a tenth of which come back. */
async function sell(house: House, orders: number): Promise<void> {
  const { dice, shop } = house
  const part = Math.floor(orders) + (dice.below(1_000) < 1_000 * (orders % 1) ? 1 : 0)
  for (let n = 0; n < part; n++) {
    const { creatorId, code } = dice.pick(house.creators)
    shop.buy({ creatorId, code, base: dice.between(500, 30_000) })
    if (dice.percent(10)) {
      const sale = dice.pick(shop.sales)
      if (sale.back.length === 0) shop.giveBack(sale, dice.percent(50) ? sale.base : dice.between(1, sale.base))
    }
  }
  await shop.tell((delivery) => intake(house, delivery))
}

/** So many approved creators, each known on Discord and with a code of their own. */
async function crowd(house: House, count: number): Promise<void> {
  const { programId, clock } = house
  const { owner } = house.base.database
  const series = `FROM generate_series(1, ${count}) n`
  const [person, creator] = [`'per_x' || lpad(n::text, 5, '0')`, `'crt_x' || lpad(n::text, 5, '0')`]
  const at = clock()
  await owner.query(`INSERT INTO "Person" (id, name, "createdAt") SELECT ${person}, 'X' || n, $1 ${series}`, [at])
  await owner.query(
    `INSERT INTO "Identity" (id, "personId", platform, workspace, "externalId", name, "createdAt")
     SELECT 'idn_x' || n, ${person}, 'discord', '4001', 'x' || n, 'X' || n, $1 ${series}`,
    [at],
  )
  await owner.query(
    `INSERT INTO "Membership" (id, "programId", "personId", name, role, zone, "createdAt")
     SELECT 'mem_x' || n, $1, ${person}, 'X' || n, 'creator', ($3::text[])[1 + n % 3], $2 ${series}`,
    [programId, at, zones],
  )
  await owner.query(
    `INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "appliedAt", "termsAt", "decidedAt", "createdAt")
     SELECT ${creator}, $1, ${person}, 'approved', 'X' || n, '@x' || n, 'beauty', 'DE', 'x' || n || '@example.com', $2, $2, $2, $2 ${series}`,
    [programId, at],
  )
  await owner.query(
    `INSERT INTO "Code" (id, "programId", "creatorId", code, percent, "createdAt")
     SELECT 'cod_x' || n, $1, ${creator}, 'X' || lpad(n::text, 5, '0'), 10, $2 ${series}`,
    [programId, at],
  )
  for (let n = 1; n <= count; n++) house.creators.push(known(String(n).padStart(5, '0')))
}

const known = (n: string): Person => ({
  name: `X${n}`,
  user: `x${Number(n)}`,
  platform: 'discord',
  personId: `per_x${n}`,
  creatorId: `crt_x${n}`,
  code: `X${n}`,
  slug: '',
})

/** Everybody has an account of their own: the first says so on the page, and the rows of the others are made after theirs. */
async function accounts(house: House): Promise<void> {
  const [first, ...others] = house.creators
  await house.as(actorOf(first!, 'creator'), (ctx) => saveDetails(ctx, first!.creatorId, german('X Lind', { iban: ibanOf(1) })))
  await house.within(async (ctx) => {
    const { id: _, ...row } = await ctx.db.payee.findFirstOrThrow({ where: { creatorId: first!.creatorId } })
    const details = openDetails(ctx, row.sealed)
    const data = others.map(({ creatorId }, n) => {
      const account = { ...details.account, iban: ibanOf(n + 2) }
      const sealed = ctx.seal(JSON.stringify({ ...details, account }))
      return { ...row, id: ctx.id('payee'), creatorId, sealed, accountHash: ctx.hash(ibanOf(n + 2)) }
    })
    await ctx.db.payee.createMany({ data })
  })
}
