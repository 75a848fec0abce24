/** A small random program: creators, links, clicks, orders, posts, gifts, moments and money, some of it outside the window. */
import type { Context } from '../../src/context.ts'
import { days, hours, localDay } from '../../src/kernel/time.ts'

type Dice = {
  next: () => number
  below: (n: number) => number
  odds: (p: number) => boolean
  one: <T>(list: readonly T[]) => T
  at: (from: Date, to: Date) => Date
}

function dice(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    below: (n) => Math.floor(next() * n),
    odds: (p) => next() < p,
    one: (list) => list[Math.floor(next() * list.length)]!,
    at: (from, to) => new Date(Math.floor(from.getTime() + next() * (to.getTime() - from.getTime()))),
  }
}

export async function plant(ctx: Context, seed: number, window: { from: Date; to: Date }): Promise<void> {
  const d = dice(seed)
  const programId = ctx.program.id
  const createdAt = ctx.now
  const [early, late] = [days(window.from, -130), days(window.to, 10)]
  const when = () => (d.odds(0.5) ? d.at(window.from, window.to) : d.at(early, late))
  const creators = await plantCreators(ctx, d, early)
  const creator = () => d.one(creators)
  const missions = [ctx.id('mission'), ctx.id('mission')]
  const offers = [ctx.id('offer'), ctx.id('offer')]
  const moments = await plantMoments(ctx, d, creators, offers[1]!, when)
  const urls = ['https://www.instagram.com/p/1', 'https://vm.tiktok.com/2', 'https://blog.example/3', null]
  const pieces: { id: string; creatorId: string }[] = []
  for (let i = 0; i < 14; i++) {
    const submittedAt = when()
    const state = d.one(['submitted', 'approved', 'live', 'measured', 'rejected', 'changes_requested'])
    const decidedAt = state === 'submitted' ? null : hours(submittedAt, d.below(90))
    const row = {
      id: ctx.id('submission'),
      programId,
      creatorId: creator(),
      state,
      caption: 'x',
      submittedAt,
      decidedAt,
      createdAt,
    }
    const more = {
      missionId: d.odds(0.6) ? d.one(missions) : null,
      momentId: d.odds(0.3) ? d.one(moments) : null,
      url: d.one(urls),
      liveUrl: state === 'live' ? d.one(urls.slice(0, 3)) : null,
      feeMinor: BigInt(d.below(5_000)),
    }
    await ctx.db.submission.create({ data: { ...row, ...more, liveAt: state === 'live' ? when() : null } })
    pieces.push(row)
    const count = () => (d.odds(0.25) ? null : BigInt(d.below(1_000)))
    const looked = [...new Set([0, 1, 2].map(() => localDay(when(), ctx.program.zone)))]
    for (const day of looked)
      await ctx.db.postMetric.create({
        data: {
          id: ctx.id('metric'),
          programId,
          submissionId: row.id,
          day,
          source: 'hand',
          views: count(),
          likes: count(),
          comments: count(),
          shares: count(),
          reach: count(),
          followers: count(),
          at: createdAt,
        },
      })
  }
  const clicks = await plantClicks(ctx, d, creators, pieces, when)
  for (let i = 0; i < 40; i++) await plantOrder(ctx, d, { creatorId: creator(), at: when(), clicks, offers, i })
  for (let i = 0; i < 6; i++) {
    const given = { product: 'x', state: 'sent', valueMinor: d.odds(0.3) ? null : BigInt(d.below(3_000)), sentAt: when() }
    const missionId = d.odds(0.5) ? d.one(missions) : null
    await ctx.db.gift.create({ data: { id: ctx.id('gift'), programId, creatorId: creator(), missionId, ...given, createdAt } })
  }
  for (let i = 0; i < 30; i++) {
    const [a, b] = [
      d.one(['program:commission', 'program:content-fee', 'program:bonus', 'program:bank']),
      `creator:${creator()}:pending`,
    ]
    const [from, to] = d.odds(0.75) ? [a, b] : [b, a]
    const money = { minor: BigInt(1 + d.below(900)), currency: ctx.program.currency }
    const id = ctx.id('transfer')
    await ctx.db.transfer.create({ data: { id, programId, from, to, ...money, key: id, because: {}, at: when() } })
  }
}

async function plantCreators(ctx: Context, d: Dice, early: Date): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < 6; i++) {
    const id = ctx.id('creator')
    const decidedAt = days(early, 40 + d.below(80))
    const data = {
      id,
      programId: ctx.program.id,
      personId: ctx.id('person'),
      state: i === 5 ? 'banned' : d.one(['approved', 'paused', 'left']),
      name: `C${i}`,
      handle: `@c${i}`,
      niche: d.one(['beauty', 'food']),
      country: 'US',
      email: 'c@example.com',
      appliedAt: decidedAt,
      decidedAt,
      createdAt: decidedAt,
    }
    await ctx.db.creator.create({ data })
    ids.push(id)
  }
  return ids
}

async function plantMoments(ctx: Context, d: Dice, creators: string[], offerId: string, when: () => Date): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < 2; i++) {
    const id = ctx.id('moment')
    const startsAt = when()
    const more = {
      kind: 'restock',
      headline: 'x',
      state: 'running',
      seats: 9,
      countedAt: startsAt,
      createdBy: 'x',
      createdAt: startsAt,
    }
    await ctx.db.moment.create({
      data: { id, programId: ctx.program.id, startsAt, endsAt: days(startsAt, 20), offerId: i ? offerId : null, ...more },
    })
    for (const creatorId of creators.filter(() => d.odds(0.5)))
      await ctx.db.momentSeat.create({
        data: { momentId: id, creatorId, programId: ctx.program.id, joinedAt: hours(startsAt, d.below(48)) },
      })
    ids.push(id)
  }
  return ids
}

type Clicked = { id: string; at: Date; creatorId: string }

async function plantClicks(
  ctx: Context,
  d: Dice,
  creators: string[],
  pieces: { id: string; creatorId: string }[],
  when: () => Date,
): Promise<Clicked[]> {
  const programId = ctx.program.id
  const links: { id: string; creatorId: string }[] = []
  for (const [creatorId, submissionId] of [
    ...creators.map((id) => [id, null] as const),
    ...pieces.slice(0, 8).map((piece) => [piece.creatorId, piece.id] as const),
  ]) {
    const id = ctx.id('link')
    await ctx.db.link.create({
      data: {
        id,
        programId,
        creatorId,
        submissionId,
        slug: id.toLowerCase(),
        destination: 'https://x.example/',
        createdAt: ctx.now,
      },
    })
    links.push({ id, creatorId })
  }
  const clicks: Clicked[] = []
  for (let i = 0; i < 90; i++) {
    const link = d.one(links)
    const [id, at] = [ctx.id('click'), when()]
    const referer = d.one([null, 'https://l.instagram.com/', 'https://www.tiktok.com/', 'https://x.example/'])
    const seen = { visitor: `v${d.below(20)}`, bot: d.odds(0.1), uniqueInHour: d.odds(0.8), referer }
    await ctx.db.click.create({ data: { id, programId, linkId: link.id, at, ...seen } })
    clicks.push({ id, at, creatorId: link.creatorId })
  }
  return clicks
}

async function plantOrder(
  ctx: Context,
  d: Dice,
  { creatorId, at, clicks, offers, i }: { creatorId: string; at: Date; clicks: Clicked[]; offers: string[]; i: number },
): Promise<void> {
  const programId = ctx.program.id
  const id = ctx.id('order')
  const base = BigInt(100 + d.below(9_000))
  const own = clicks.filter((click) => click.creatorId === creatorId)
  const click = d.odds(0.5) && own.length > 0 ? d.one(own) : null
  // A code may win over a click, of the same creator or of another.
  const beaten = click === null && d.odds(0.4) ? d.one(clicks) : null
  const offerId = d.odds(0.5) ? d.one(offers) : null
  const discounts = d.odds(0.5) ? { discounts: { minor: String(d.below(900)), currency: 'USD' } } : {}
  const shopper = d.below(9)
  await ctx.db.order.create({
    data: {
      id,
      programId,
      source: 'generic',
      externalId: `o${i}`,
      number: `#${i}`,
      at,
      currency: 'USD',
      base,
      components: discounts,
      codes: [],
      cid: click || beaten ? 'clk_x' : d.odds(0.2) ? 'summer-sale' : null,
      paidAt: d.odds(0.1) ? null : at,
      test: d.odds(0.1),
      shopperEmail: shopper < 6 ? `e${shopper}` : null,
      shopperId: shopper > 4 && shopper < 8 ? `s${shopper}` : null,
      cancelledAt: d.odds(0.1) ? at : null,
      lostAt: d.odds(0.05) ? at : null,
      offerId,
      creatorId,
      rule: 'x',
      createdAt: at,
    },
  })
  const touch = { creatorId, at: click?.at ?? at, won: true, reason: 'x', offerId }
  await ctx.db.touch.create({
    data: { id: ctx.id('touch'), programId, orderId: id, kind: click ? 'click' : 'code', what: click?.id ?? 'X10', ...touch },
  })
  if (beaten) {
    const lost = { kind: 'click', what: beaten.id, creatorId: beaten.creatorId, at: beaten.at, won: false, reason: 'x' }
    await ctx.db.touch.create({ data: { id: ctx.id('touch'), programId, orderId: id, ...lost } })
  }
  const left = d.odds(0.3) ? base / BigInt(1 + d.below(3)) - (d.odds(0.3) ? base : 0n) : null
  const worth = { base, rateBps: 1_000, minor: base / 10n, leftBase: left === null ? null : left < 0n ? 0n : left }
  await ctx.db.line.create({
    data: {
      id: ctx.id('line'),
      programId,
      orderId: id,
      creatorId,
      ...worth,
      currency: 'USD',
      at,
      because: {},
      mirror: d.odds(0.2),
    },
  })
}
