/** Histories for the days that are kept: everything that may change what a day is made of, however late. */
import fc from 'fast-check'
import type { Context } from '../../src/context.ts'
import { days } from '../../src/kernel/time.ts'
import { matureKey } from '../../src/ledger/rules.ts'

const act = fc.constantFrom(
  'sell',
  'sell',
  'sell',
  'click',
  'click',
  'pay',
  'ripen',
  'ripen',
  'refund',
  'cancel',
  'lose',
  'uncid',
  'rediscount',
  'reoffer',
  'recredit',
  'unwin',
  'rewin',
  'forget',
  'reshop',
  'relead',
  'repay',
  'retest',
  'bot',
  'trim',
  'merge',
  'relink',
  'repost',
  'remission',
  'niche',
  'drop',
  'zone',
  'horizon',
)
/** `roll` counts days for so many ms; null = no days are counted after this step. */
export const step = fc.record({
  act,
  a: fc.nat(997),
  b: fc.nat(997),
  c: fc.nat(997),
  roll: fc.constantFrom(null, 0, 3_000, 3_000),
})
type Of<T> = T extends fc.Arbitrary<infer S> ? S : never
export type Step = Of<typeof step>

export type Lived = {
  creators: string[]
  links: string[]
  pieces: string[]
  offers: string[]
  missions: string[]
  clicks: string[]
  orders: string[]
  n: number
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!
/** Of today, of some days ago, around the change of clocks, and long enough ago for a customer's ninety days to be over. */
const ages = [0, 0, 1, 1, 2, 3, 26, 27, 90, 91, 91, 92, 92, 93]
const when = (ctx: Context, a: number, b: number) =>
  new Date(+days(ctx.now, -pick(ages, a)) - (b % 24) * 3_600_000 - (a % 7) * 1_000)
const networks = ['https://www.instagram.com/p/1', 'https://www.tiktok.com/@a/video/1', 'https://blog.example/']
const referers = [null, 'https://l.instagram.com/', 'https://www.tiktok.com/', 'https://x.example/']

export async function begin(ctx: Context): Promise<Lived> {
  const programId = ctx.program.id
  const createdAt = days(ctx.now, -200)
  const lived: Lived = {
    creators: [],
    links: [],
    pieces: [],
    offers: ['ofr_a', 'ofr_b'],
    missions: ['mis_a', 'mis_b'],
    clicks: [],
    orders: [],
    n: 0,
  }
  for (let i = 0; i < 4; i++) {
    const [id, submissionId] = [ctx.id('creator'), ctx.id('submission')]
    const known = { name: `C${i}`, handle: `@c${i}`, niche: pick(['beauty', 'food'], i), country: 'DE', email: 'c@example.com' }
    const life = { appliedAt: createdAt, decidedAt: createdAt, createdAt }
    await ctx.db.creator.create({ data: { id, programId, personId: ctx.id('person'), state: 'approved', ...known, ...life } })
    const piece = {
      state: 'live',
      caption: 'x',
      url: pick(networks, i),
      liveUrl: pick(networks, i),
      missionId: pick([...lived.missions, null], i),
    }
    const stages = { submittedAt: createdAt, liveAt: createdAt, decidedAt: createdAt, createdAt }
    await ctx.db.submission.create({ data: { id: submissionId, programId, creatorId: id, ...piece, ...stages } })
    for (const age of [95, 20, 1]) {
      const day = days(ctx.now, -age).toISOString().slice(0, 10)
      const seen = { views: BigInt(9_000 - age * 10 + i), reach: BigInt(5_000 - age * 10), source: 'hand', at: ctx.now }
      await ctx.db.postMetric.create({ data: { id: ctx.id('metric'), programId, submissionId, day, ...seen } })
    }
    lived.creators.push(id)
    lived.pieces.push(submissionId)
    for (const own of [submissionId, null]) {
      const linkId = ctx.id('link')
      const link = {
        id: linkId,
        programId,
        creatorId: id,
        slug: linkId.toLowerCase(),
        destination: 'https://x.example/',
        createdAt,
      }
      await ctx.db.link.create({ data: { ...link, submissionId: own } })
      lived.links.push(linkId)
    }
  }
  return lived
}

export async function live(ctx: Context, one: Step, lived: Lived): Promise<void> {
  const { db } = ctx
  const programId = ctx.program.id
  const { a, b, c } = one
  lived.n++
  const at = when(ctx, a, b)
  const creatorId = pick(lived.creators, c)
  const orderId = lived.orders.length > 0 ? pick(lived.orders, a) : undefined
  const clickId = lived.clicks.length > 0 ? pick(lived.clicks, b) : undefined
  const order = orderId && { where: { id: orderId } }
  switch (one.act) {
    case 'sell':
      return sell(ctx, one, lived)
    case 'click': {
      const id = ctx.id('click')
      const seen = { visitor: 'v', bot: c % 5 === 0, uniqueInHour: c % 7 !== 0, referer: pick(referers, c) }
      await db.click.create({ data: { id, programId, linkId: pick(lived.links, b), at, ...seen } })
      lived.clicks.push(id)
      return
    }
    case 'pay': {
      const ours = pick(['program:commission', 'program:content-fee', 'program:bonus', 'program:bank'], a)
      const [from, to] = b % 4 === 0 ? [`creator:${creatorId}:pending`, ours] : [ours, `creator:${creatorId}:pending`]
      const id = ctx.id('transfer')
      await db.transfer.create({
        data: { id, programId, from, to, minor: BigInt(1 + b), currency: 'EUR', key: id, because: {}, at },
      })
      return
    }
    case 'merge': {
      const [from, to] = [creatorId, pick(lived.creators, c + 1)]
      if ((await db.creator.count({ where: { mergedInto: from } })) > 0 || lived.creators.length < 3) return
      lived.creators = lived.creators.filter((id) => id !== from)
      await db.creator.update({ where: { id: from }, data: { mergedInto: to, state: 'left' } })
      for (const table of [db.link, db.line, db.order, db.touch] as (typeof db.link)[])
        await table.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
      return
    }
    case 'relink': {
      const id = pick(lived.links, a)
      await db.link.updateMany({ where: { submissionId: pick(lived.pieces, b) }, data: { submissionId: null } })
      await db.link.update({ where: { id }, data: { submissionId: pick(lived.pieces, b) } })
      return
    }
    case 'repost':
      await db.submission.update({ where: { id: pick(lived.pieces, a) }, data: { liveUrl: pick(networks, b) } })
      return
    case 'remission':
      await db.submission.update({ where: { id: pick(lived.pieces, a) }, data: { missionId: pick(lived.missions, b) } })
      return
    case 'niche':
      await db.creator.update({ where: { id: creatorId }, data: { niche: pick(['beauty', 'food'], b) } })
      return
    case 'zone':
      if (a % 3 === 0) await db.program.update({ where: { id: programId }, data: { zone: pick(zones, b) } })
      return
    case 'horizon': {
      if (a % 3 !== 0) return
      const policy = { ...(ctx.program.policy as object), figures: { horizonDays: pick([90, 180], b) } }
      await db.program.update({ where: { id: programId }, data: { policy } })
      return
    }
    case 'bot':
      if (clickId) await db.click.updateMany({ where: { id: clickId }, data: { bot: a % 2 === 0, uniqueInHour: a % 3 > 0 } })
      return
    case 'trim':
      if (clickId) await db.click.updateMany({ where: { id: clickId }, data: { referer: null, visitor: '' } })
      return
  }
  if (!order) return
  const own = { where: { orderId: order.where.id } }
  const data: Record<string, object> = {
    cancel: { cancelledAt: b % 4 === 0 ? null : ctx.now },
    lose: { lostAt: b % 4 === 0 ? null : ctx.now },
    uncid: { cid: pick([null, 'clk_x', 'summer'], b) },
    rediscount: { components: { discounts: { minor: String(b), currency: 'EUR' } } },
    reoffer: { offerId: pick([...lived.offers, null], b) },
    forget: { shopperEmail: null, shopperId: null },
    reshop: { shopperEmail: pick(emails, b) },
    relead: { kind: b % 3 === 0 ? 'lead' : 'order' },
    repay: { paidAt: b % 3 === 0 ? null : ctx.now },
    retest: { test: b % 3 === 0 },
  }
  if (one.act in data) await db.order.update({ ...order, data: data[one.act]! })
  else if (one.act === 'refund')
    await db.line.updateMany({ ...own, data: { leftBase: BigInt(b % 4) * 100n, leftMinor: BigInt(b % 4) * 10n } })
  else if (one.act === 'ripen') {
    const mine = await db.line.findMany(own)
    const told = {
      programId,
      from: 'creator:x:pending',
      to: 'creator:x:payable',
      minor: 1n,
      currency: 'EUR',
      because: {},
      at: ctx.now,
    }
    const data = mine.map(({ id }) => ({ id: ctx.id('transfer'), key: matureKey(id), ...told }))
    await db.transfer.createMany({ data, skipDuplicates: true })
  } else if (one.act === 'recredit') await db.line.updateMany({ ...own, data: { creatorId } })
  else if (one.act === 'unwin') await db.touch.updateMany({ ...own, data: { won: false } })
  else if (one.act === 'rewin') {
    await db.touch.deleteMany(own)
    if (clickId) await touch(ctx, order.where.id, creatorId, clickId)
  } else if (one.act === 'drop') await db.line.deleteMany(own)
}

const zones = ['Europe/Berlin', 'America/New_York', 'Pacific/Auckland']
const emails = ['e1', 'e2', 'e3', null]

const touch = (ctx: Context, orderId: string, creatorId: string, what: string) =>
  ctx.db.touch.create({
    data: {
      id: ctx.id('touch'),
      programId: ctx.program.id,
      orderId,
      kind: 'click',
      what,
      creatorId,
      at: ctx.now,
      won: true,
      reason: 'x',
    },
  })

async function sell(ctx: Context, { a, b, c }: Step, lived: Lived): Promise<void> {
  const programId = ctx.program.id
  const id = ctx.id('order')
  const at = when(ctx, a, b)
  const base = BigInt(100 + b)
  const creatorId = pick(lived.creators, c)
  const known = { shopperEmail: pick(emails, c), shopperId: pick(['s1', 's2', null, null], a) }
  const sold = { source: 'generic', externalId: id, number: id, currency: 'EUR', base, codes: [], rule: 'x' }
  const components = c % 3 === 0 ? { discounts: { minor: String(c), currency: 'EUR' } } : {}
  const cid = pick(['clk_x', null, 'summer', null], b)
  await ctx.db.order.create({
    data: {
      id,
      programId,
      ...sold,
      at,
      components,
      cid,
      ...known,
      creatorId,
      paidAt: a % 7 === 0 ? null : at,
      offerId: pick([...lived.offers, null], b),
      createdAt: ctx.now,
    },
  })
  if (lived.clicks.length > 0 && b % 2 === 0) await touch(ctx, id, creatorId, pick(lived.clicks, a))
  lived.orders.push(id)
  // Some are never credited; they may be a shopper's first order all the same.
  if (c % 6 === 0) return
  const line = {
    orderId: id,
    creatorId,
    base,
    rateBps: 1_000,
    minor: base / 10n,
    currency: 'EUR',
    because: {},
    mirror: c % 5 === 0,
  }
  await ctx.db.line.create({ data: { id: ctx.id('line'), programId, at, ...line } })
}
