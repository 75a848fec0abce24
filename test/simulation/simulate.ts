/** One story from a seed: people act, the shop tells, bells ring in any order, processes die, and the laws hold. */
import { createHash } from 'node:crypto'
import { act } from './acts.ts'
import { carry, type House, openHouse, ring, team } from './house.ts'
import { allLaws, quickLaws } from './laws.ts'

export type Told = {
  seed: number
  steps: number
  hash: string
  events: number
  lines: string[]
  broken: string[]
  counts: Counts
}
export type Counts = Record<'calls' | 'clicks' | 'orders' | 'posts' | 'killed' | 'limited' | 'lost' | 'payments' | 'days', number>

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What rings, and of how many steps of a hundred in each. Bells that only reach out into the network have nothing to do here. */
const bells: Record<string, number> = {
  absorb: 80,
  due: 20,
  messages: 25,
  schedule: 30,
  recognition: 10,
  payouts: 10,
  trust: 5,
  privacy: 5,
  retention: 5,
  audit: 5,
  reconcile: 5,
  statements: 3,
  partitions: 5,
}

export type Plan = { steps: number; kills?: number; chats?: readonly string[] }

/** A story of so many steps. Ends early where a law is broken. */
export async function simulate(seed: number, { steps, kills = 8, chats }: Plan): Promise<Told> {
  const house = await openHouse(String(seed), kills, chats)
  try {
    await team(house)
    const began = house.time.ms
    let broken: string[] = []
    for (let step = 0; step < steps && broken.length === 0; step++) {
      await oneStep(house)
      broken = await quickLaws(house)
    }
    if (broken.length === 0) {
      await calm(house)
      broken = await allLaws(house)
    }
    house.note(`state ${await stateOf(house)}`)
    const { hash, lines } = house.trace
    return { seed, steps, hash, events: lines.length, lines, broken, counts: await countsOf(house, began) }
  } finally {
    await house.close()
  }
}

async function oneStep(house: House): Promise<void> {
  const { dice, time, shop } = house
  const [least, most] = dice.pick([
    [MINUTE, 50 * MINUTE],
    [MINUTE, 50 * MINUTE],
    [HOUR, 12 * HOUR],
    [12 * HOUR, 200 * HOUR],
  ] as const)
  time.ms += dice.between(least, most)
  for (let n = dice.between(1, 4); n > 0; n--) await act(house)
  await shop.tell((delivery) => intake(house, delivery))
  const ringing = Object.entries(bells).filter(([, percent]) => dice.percent(percent))
  for (const [job] of dice.shuffled(ringing)) {
    // Some ring twice, and what a dead process left is rung again soon.
    const twice = dice.percent(10)
    const lived = await ring(house, job)
    if (twice || (!lived && dice.percent(70))) await ring(house, job)
  }
  await carry(house)
}

export async function intake(house: House, { id, body, headers }: { id: string; body: string; headers: Record<string, string> }) {
  const url = `/hooks/generic/${house.programId}`
  const { statusCode } = await house.web.server.inject({ method: 'POST', url, headers, payload: body })
  house.note(`hook ${id} ${statusCode}`)
  return statusCode
}

/** Nothing fails any more; all is told, and the days go by until nothing is left to be done. */
export async function calm(house: House): Promise<void> {
  house.kills = 0
  for (const platform of house.platforms) platform.calm()
  await house.shop.tell((delivery) => intake(house, delivery), true)
  for (const pause of [10 * HOUR, 14 * HOUR, 25 * HOUR]) {
    house.time.ms += pause
    for (const job of ['absorb', 'due', 'messages', 'schedule']) await ring(house, job)
    await carry(house, 40)
  }
}

/** What the tables that matter hold, as one hash; sealed columns differ by their nonces and stay out. */
export async function stateOf(house: House): Promise<string> {
  const hash = createHash('sha256')
  for (const table of [
    'Transfer',
    'Balance',
    'Order',
    'Line',
    'Refund',
    'Submission',
    'Payment',
    'Posted',
    'Message',
    'PushDay',
  ]) {
    const sealed = table === 'Payment' ? ` - 'sealed' - 'secret'` : ''
    const { rows } = await house.base.database.owner.query<{ row: string }>(
      `SELECT (to_jsonb(t)${sealed})::text AS row FROM "${table}" t ORDER BY 1`,
    )
    hash.update(`${table}\n${rows.map(({ row }) => row).join('\n')}\n`)
  }
  return hash.digest('hex')
}

export async function countsOf(house: House, began: number): Promise<Counts> {
  const of = (what: 'limited' | 'lost') => house.platforms.reduce((sum, { count }) => sum + count[what], 0)
  return {
    calls: house.count.events,
    clicks: house.clicks.length,
    orders: house.shop.sales.length,
    posts: house.platforms.reduce((sum, { sent }) => sum + sent.length, 0),
    killed: house.killed.length,
    limited: of('limited'),
    lost: of('lost'),
    payments: await house.within(({ db }) => db.payment.count()),
    days: Math.round((house.time.ms - began) / (24 * HOUR)),
  }
}

export type Size = 'small' | 'long'

/** Small stories are told in one chat, each second one in the other. */
export const planOf = (size: Size, seed: number): Plan =>
  size === 'small' ? { steps: 4, kills: 12, chats: [seed % 2 === 0 ? 'discord' : 'slack'] } : { steps: 40 }

/** What to type to see a failing seed again. */
const replay = (seed: number, size: Size): string =>
  `SEED=${seed} SIZE=${size} npx vitest run --mode long test/simulation/seeds.long.test.ts`

/** The end of a story that broke a law, for whoever looks into it. */
export const tale = ({ seed, broken, lines }: Told, size: Size): string =>
  [
    `Seed ${seed} broke ${broken.length}:`,
    ...broken.slice(0, 5),
    '…',
    ...lines.slice(-15),
    `Again with: ${replay(seed, size)}`,
  ].join('\n')
