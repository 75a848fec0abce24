/** One story from a seed: people act, the shop tells, bells ring in any order, processes die, and the laws hold. */
import { createHash } from 'node:crypto'
import { nextLocal } from '../../src/kernel/time.ts'
import { act } from './acts.ts'
import { carry, ring } from './bells.ts'
import type { Building } from './building.ts'
import { type House, openHouse, team } from './house.ts'
import { allLaws, quickLaws } from './laws.ts'
import { further, pay, settleAll } from './pay.ts'

export type Told = {
  seed: number
  steps: number
  hash: string
  events: number
  lines: string[]
  broken: string[]
  counts: Counts
}
export type Counts = Record<
  | 'calls'
  | 'clicks'
  | 'orders'
  | 'posts'
  | 'killed'
  | 'limited'
  | 'lost'
  | 'payments'
  | 'arrived'
  | 'failed'
  | 'cameBack'
  | 'unsure'
  | 'debtors'
  | 'days',
  number
>

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

/** How the clock goes on before a step: by minutes, hours or days, to the evening before a payday, or into one. */
type Jump = 'minutes' | 'hours' | 'days' | 'eve' | 'payday'
export type Plan = { steps: number; kills?: number; chats?: readonly string[]; jumps?: readonly Jump[] }

const spans = { minutes: [MINUTE, 50 * MINUTE], hours: [HOUR, 12 * HOUR], days: [12 * HOUR, 200 * HOUR] } as const
const often: readonly Jump[] = ['minutes', 'minutes', 'minutes', 'hours', 'hours', 'days', 'eve', 'payday']

/** A story of so many steps. Ends early where a law is broken. */
export async function simulate(seed: number, { steps, kills = 8, chats, jumps }: Plan, building?: Building): Promise<Told> {
  const house = await openHouse(String(seed), { kills, ...(chats ? { chats } : {}), building })
  try {
    await team(house)
    const began = house.time.ms
    let broken: string[] = []
    for (let step = 0; step < steps && broken.length === 0; step++) {
      await oneStep(house, jumps?.[step] ?? house.dice.pick(often))
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

async function oneStep(house: House, jump: Jump): Promise<void> {
  const { dice, time, shop } = house
  time.ms = momentOf(house, jump)
  const first = house.creators.length === 0 ? 4 : 0
  for (let n = first + dice.between(1, 4); n > 0; n--) await act(house)
  await shop.tell((delivery) => intake(house, delivery))
  // What is told on the eve is taken in and ripens before payday begins, as the bells of every minute would see to.
  const must = jump === 'eve' ? ['absorb', 'due'] : jump === 'payday' ? ['payouts'] : []
  const ringing = Object.entries(bells).filter(([job, percent]) => must.includes(job) || dice.percent(percent))
  for (const [job] of dice.shuffled(ringing)) {
    // Some ring twice, and what a dead process left is rung again soon.
    const twice = dice.percent(10)
    const lived = await ring(house, job)
    if (twice || (!lived && dice.percent(70))) await ring(house, job)
  }
  if (jump === 'payday') await pay(house)
  else if (dice.percent(40)) await further(house)
  await carry(house)
}

function momentOf({ dice, time, zone, payday, holdDays }: House, jump: Jump): number {
  if (jump === 'eve' || jump === 'payday') {
    const rhythm = { every: 'month' as const, at: '00:00', day: payday }
    // The eve on which what is sold by now has ripened.
    const after = jump === 'eve' ? time.ms + (holdDays + 1) * 24 * HOUR : time.ms
    const midnight = nextLocal(rhythm, zone, new Date(after)).getTime()
    return jump === 'eve' ? midnight - dice.between(HOUR, 12 * HOUR) : midnight + dice.between(8 * HOUR, 20 * HOUR)
  }
  const [least, most] = spans[jump]
  return time.ms + dice.between(least, most)
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
  house.stripe.calm()
  await house.shop.tell((delivery) => intake(house, delivery), true)
  for (const pause of [14 * HOUR, 35 * HOUR]) {
    house.time.ms += pause
    await settleAll(house)
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
    ...(await paymentsOf(house)),
    unsure: house.stripe.count.lost + house.stripe.count.faults,
    debtors: house.debtors.size,
    days: Math.round((house.time.ms - began) / (24 * HOUR)),
  }
}

async function paymentsOf(house: House): Promise<Record<'payments' | 'arrived' | 'failed' | 'cameBack', number>> {
  const all = await house.within(({ db }) => db.payment.findMany({ select: { state: true, bouncedAt: true } }))
  return {
    payments: all.length,
    arrived: all.filter(({ state, bouncedAt }) => state === 'settled' && !bouncedAt).length,
    failed: all.filter(({ state }) => state === 'failed').length,
    cameBack: all.filter(({ bouncedAt }) => bouncedAt).length,
  }
}

export type Size = 'small' | 'month' | 'long'

const months: Record<Exclude<Size, 'long'>, [first: Jump[], ...others: Jump[][]]> = {
  // Those of each run of the tests, which together are to take a minute: a payday, the days between, or two paydays.
  small: [
    ['eve', 'payday', 'eve', 'payday'],
    ['minutes', 'days'],
    ['eve', 'payday'],
  ],
  month: [
    ['minutes', 'eve', 'payday', 'days', 'eve', 'payday'],
    ['minutes', 'eve', 'payday', 'days'],
    ['minutes', 'eve', 'payday', 'days'],
  ],
}

/** All but the long ones are told in one chat, each second one in the other. */
export function planOf(size: Size, seed: number): Plan {
  if (size === 'long') return { steps: 40 }
  const plans = months[size]
  const jumps = plans[seed % plans.length] ?? plans[0]
  return { steps: jumps.length, kills: 12, chats: [seed % 2 === 0 ? 'discord' : 'slack'], jumps }
}

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
