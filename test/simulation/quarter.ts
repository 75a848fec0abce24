/** A quarter of a program with a thousand creators: they sell, give back, are written to each week and paid each month. */
import { addDays, hours, instantOf, localDay } from '../../src/kernel/time.ts'
import { carry, type House, openHouse, type Person, ring, team } from './house.ts'
import { allLaws, quickLaws } from './laws.ts'
import { type Counts, calm, countsOf, intake, stateOf } from './simulate.ts'

export type Quarter = {
  creators: number
  weeks: number
  seconds: number
  hash: string
  counts: Counts
  digests: number
  broken: string[]
}

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata']

/** So many weeks from a Monday, in steps of three hours, with so many orders a week. */
export async function quarter(creators: number, weeks: number, ordersAWeek: number): Promise<Quarter> {
  const house = await openHouse('a quarter', 0, ['discord'])
  try {
    await team(house)
    await crowd(house, creators)
    const began = house.time.ms
    const started = performance.now()
    const end = hours(instantOf(addDays(localDay(house.clock(), 'Europe/Berlin'), 7 * weeks), '00:00', 'Europe/Berlin'), 1)
    const broken: string[] = []
    for (let step = 0; house.clock() < end && broken.length === 0; step++) {
      house.time.ms += 3 * 3_600_000
      await sell(house, ordersAWeek)
      for (const job of ['absorb', 'due', 'messages', 'schedule', 'payouts']) await ring(house, job)
      await carry(house, 40)
      if (step % 56 === 55) broken.push(...(await quickLaws(house)))
    }
    if (broken.length === 0) {
      await calm(house)
      broken.push(...(await allLaws(house)))
    }
    house.note(`state ${await stateOf(house)}`)
    const seconds = (performance.now() - started) / 1_000
    const digests = await house.within(({ db }) => db.message.count({ where: { kind: 'digest', state: 'sent' } }))
    const counts = await countsOf(house, began)
    return { creators, weeks, seconds, hash: house.trace.hash, counts, digests, broken }
  } finally {
    await house.close()
  }
}

/** In each of the 56 steps of a week its part of the orders, a tenth of which come back. */
async function sell(house: House, aWeek: number): Promise<void> {
  const { dice, shop } = house
  const part = Math.floor(aWeek / 56) + (dice.below(56) < aWeek % 56 ? 1 : 0)
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
