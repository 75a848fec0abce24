/** Every sum of the figures, by each way, against the same sums made by hand from all rows of a small random program. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { rounded } from '../../src/insight/rules.ts'
import type { Pair, Tally, Way } from '../../src/insight/rules-kpi.ts'
import { tallies, tallyOf } from '../../src/insight/tally.ts'
import { days } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'
import { plant } from './insight-plant.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const from = new Date('2026-10-01T04:00:00Z')
const to = new Date('2026-11-01T04:00:00Z')
const inside = (at: Date | null) => at !== null && at >= from && at < to
const approved = ['approved', 'live', 'measured']
const ways: (Way | undefined)[] = [undefined, 'creator', 'niche', 'mission', 'offer', 'platform', 'moment']

const network = (address: string | null): string | null =>
  address?.includes('instagram.com/') ? 'instagram' : address?.includes('tiktok.com/') ? 'tiktok' : null

/** All rows, and what they come to by a way: the same words as rules-kpi.ts, in loops. */
async function byHand(ctx: Context, by: Way | undefined): Promise<Map<string, Tally>> {
  const { db } = ctx
  const [links, clicks, lines, orders, touches] = [
    await db.link.findMany(),
    await db.click.findMany(),
    await db.line.findMany(),
    await db.order.findMany(),
    await db.touch.findMany(),
  ]
  const [pieces, metrics, creators, gifts, transfers] = [
    await db.submission.findMany(),
    await db.postMetric.findMany({ orderBy: { day: 'asc' } }),
    await db.creator.findMany(),
    await db.gift.findMany(),
    await db.transfer.findMany(),
  ]
  const [moments, seats] = [await db.moment.findMany(), await db.momentSeat.findMany()]
  const creator = (id: string) => creators.find((one) => one.id === id)!
  const pieceOf = (linkId: string | undefined) =>
    pieces.find((one) => one.id === links.find(({ id }) => id === linkId)?.submissionId)
  const place = (piece: (typeof pieces)[number] | undefined) => (piece ? network(piece.liveUrl ?? piece.url) : null)
  const ofCreator = (id: string): (string | null)[] =>
    by === undefined ? ['all'] : by === 'creator' ? [id] : [creator(id).niche]
  const personal = by === undefined || by === 'creator' || by === 'niche'
  const keysOfClick = (click: (typeof clicks)[number]): (string | null)[] => {
    const link = links.find(({ id }) => id === click.linkId)!
    if (personal) return ofCreator(link.creatorId)
    if (by === 'mission') return [pieceOf(link.id)?.missionId ?? null]
    if (by === 'platform') return [place(pieceOf(link.id)) ?? network(click.referer) ?? 'not known']
    return seats
      .filter((seat) => seat.creatorId === link.creatorId && click.at >= seat.joinedAt)
      .filter((seat) => click.at < moments.find(({ id }) => id === seat.momentId)!.endsAt)
      .map(({ momentId }) => momentId)
  }
  const keysOfLine = (line: (typeof lines)[number]): (string | null)[] => {
    if (personal) return ofCreator(line.creatorId)
    const own = orders.find(({ id }) => id === line.orderId)!
    if (by === 'offer') return [own.offerId]
    const won = touches.find((touch) => touch.orderId === own.id && touch.won)
    const click = won?.kind === 'click' ? clicks.find(({ id }) => id === won.what) : undefined
    if (by === 'mission') return [pieceOf(click?.linkId)?.missionId ?? null]
    if (by === 'platform') return [place(pieceOf(click?.linkId)) ?? network(click?.referer ?? null) ?? 'not known']
    if (!won || won.kind === 'customer') return []
    return seats
      .filter((seat) => seat.creatorId === won.creatorId && won.at >= seat.joinedAt)
      .filter((seat) => {
        const moment = moments.find(({ id }) => id === seat.momentId)!
        const other = won.offerId !== null && won.offerId !== moment.offerId && moments.some((m) => m.offerId === won.offerId)
        return won.at < moment.endsAt && !other
      })
      .map(({ momentId }) => momentId)
  }
  const keysOfPiece = (piece: (typeof pieces)[number]): (string | null)[] => {
    if (personal) return ofCreator(piece.creatorId)
    if (by === 'mission') return [piece.missionId]
    return [by === 'platform' ? (place(piece) ?? 'not known') : piece.momentId]
  }
  const keysOfGift = (gift: (typeof gifts)[number]) =>
    personal ? ofCreator(gift.creatorId) : by === 'mission' ? [gift.missionId] : []
  const has = (keys: (string | null)[], key: string) => keys.filter((one) => one === key).length
  const names = new Set<string>()
  for (const one of [...clicks.flatMap(by === 'offer' ? () => [] : keysOfClick), ...lines.flatMap(keysOfLine)])
    if (one) names.add(one)
  for (const one of by === 'offer' ? [] : [...pieces.flatMap(keysOfPiece), ...gifts.flatMap(keysOfGift)]) if (one) names.add(one)
  if (personal) for (const one of creators.flatMap(({ id }) => ofCreator(id))) if (one) names.add(one)

  const net = (line: (typeof lines)[number]) => line.leftBase ?? (line.base > 0n ? line.base : 0n)
  const orderOf = (line: (typeof lines)[number]) => orders.find(({ id }) => id === line.orderId)!
  const earlier = (a: (typeof orders)[number], b: (typeof orders)[number]) => a.at < b.at || (+a.at === +b.at && a.id < b.id)
  const bought = ({ test, paidAt, cancelledAt, lostAt }: (typeof orders)[number]) =>
    !test && paidAt !== null && cancelledAt === null && lostAt === null
  const isFirst = (own: (typeof orders)[number]) =>
    (own.shopperEmail !== null || own.shopperId !== null) &&
    bought(own) &&
    !orders.some(
      (other) =>
        bought(other) &&
        earlier(other, own) &&
        ((own.shopperEmail !== null && other.shopperEmail === own.shopperEmail) ||
          (own.shopperId !== null && other.shopperId === own.shopperId)),
    )
  const isKept = (line: (typeof lines)[number]) => {
    const { cancelledAt, lostAt } = orderOf(line)
    return cancelledAt === null && lostAt === null && net(line) > 0n
  }
  const minors = (rows: bigint[]) => rows.reduce((sum, one) => sum + one, 0n)

  // Beside clicks of somebody, or of something, stand the orders that came by those alone.
  const cameByClick = (line: (typeof lines)[number]) => {
    const of = touches.filter((touch) => touch.orderId === line.orderId && touch.kind === 'click')
    if (!orderOf(line).cid?.startsWith('clk_')) return false
    if (by === undefined || by === 'offer') return true
    return of.some(({ won, creatorId }) => (by === 'mission' || by === 'platform' ? won : creatorId === line.creatorId))
  }

  const tally = (key: string): Tally => {
    const sold = lines
      .filter((line) => inside(line.at))
      .flatMap((line) => Array(has(keysOfLine(line), key)).fill(line) as typeof lines)
    const pieced = by === 'offer' ? [] : pieces.filter((piece) => has(keysOfPiece(piece), key))
    const clicked = clicks.filter((click) => inside(click.at) && !click.bot && click.uniqueInHour)
    const decided = pieced.filter(
      (piece) => inside(piece.decidedAt) && [...approved, 'rejected', 'changes_requested'].includes(piece.state),
    )
    const given = gifts.filter((gift) => inside(gift.sentAt) && has(keysOfGift(gift), key))
    const own = creators.filter(
      (one) =>
        personal && one.mergedInto === null && has(ofCreator(one.id), key) && one.decidedAt !== null && one.state !== 'banned',
    )
    const ended = (count: number) => own.filter((one) => inside(days(one.decidedAt!, count)))
    const sales = (id: string, a: Date, b: Date) => lines.some((line) => line.creatorId === id && line.at >= a && line.at < b)
    const active = (one: (typeof creators)[number]) => {
      const [a, b] = [days(one.decidedAt!, 30), days(one.decidedAt!, 60)]
      return sales(one.id, a, b) || pieces.some((s) => s.creatorId === one.id && s.submittedAt >= a && s.submittedAt < b)
    }
    const begun = (one: (typeof creators)[number]) =>
      sales(one.id, one.decidedAt!, days(one.decidedAt!, 14)) ||
      pieces.some((s) => s.creatorId === one.id && approved.includes(s.state) && s.decidedAt! < days(one.decidedAt!, 14))
    const booked = transfers.filter(
      (t) => inside(t.at) && (by === undefined || ofTransfer(t).some((id) => has(ofCreator(id), key))),
    )
    const account = (name: string) => minors(booked.map((t) => (t.from === name ? t.minor : t.to === name ? -t.minor : 0n)))
    const cohort = lines
      .filter((line) => inside(days(line.at, 90)) && isFirst(orderOf(line)))
      .flatMap((line) => Array(has(keysOfLine(line), key)).fill(orderOf(line)) as typeof orders)
    const spent = cohort.map((start) =>
      minors(
        lines
          .filter((line) => {
            const o = orderOf(line)
            const same = start.shopperEmail !== null ? o.shopperEmail === start.shopperEmail : o.shopperId === start.shopperId
            return same && o.at >= start.at && o.at < days(start.at, 90)
          })
          .map(net),
      ),
    )
    const waits = decided.map((piece) => (+piece.decidedAt! - +piece.submittedAt) / 3_600_000).sort((a, b) => a - b)
    const middle = waits.length === 0 ? null : (waits[(waits.length - 1) >> 1]! + waits[waits.length >> 1]!) / 2
    const fees = minors(
      pieced.filter((piece) => inside(piece.decidedAt) && approved.includes(piece.state)).map(({ feeMinor }) => feeMinor),
    )
    const commission = minors(sold.filter(({ mirror }) => !mirror).map((line) => line.leftMinor ?? line.minor))
    return {
      clicks: by === 'offer' ? null : clicked.reduce((n, click) => n + has(keysOfClick(click), key), 0),
      sales: {
        orders: sold.length,
        approved: sold.filter(isKept).length,
        byClick: sold.filter((line) => isKept(line) && cameByClick(line)).length,
        grossMinor: minors(sold.map(({ base }) => base)),
        netMinor: minors(sold.map(net)),
        newCustomers: sold.filter((line) => isFirst(orderOf(line))).length,
        discountMinor: minors(
          sold.map((line) => {
            const { discounts } = orderOf(line).components as { discounts?: { minor: string } }
            return discounts ? rounded(BigInt(discounts.minor) * line.base, orderOf(line).base) : 0n
          }),
        ),
      },
      cost: {
        commissionMinor: personal ? account('program:commission') : commission,
        feesMinor: personal ? account('program:content-fee') + account('program:bonus') : fees,
        giftMinor: minors(given.map(({ valueMinor }) => valueMinor ?? 0n)),
        giftsUnknown: given.filter(({ valueMinor }) => valueMinor === null).length,
        mirrorMinor: minors(sold.filter(({ mirror }) => mirror).map((line) => line.leftMinor ?? line.minor)),
      },
      posts: by === 'offer' ? null : postsOf(pieced),
      people: personal
        ? {
            joined: ended(14).length,
            activated: ended(14).filter(begun).length,
            twoMonths: ended(60).length,
            stayed: ended(60).filter(active).length,
          }
        : null,
      answers: by === 'offer' ? null : { decided: decided.length, hours: middle },
      ltv: { customers: cohort.length, spentMinor: minors(spent) },
      rights: null,
    }
  }

  const ofTransfer = (t: (typeof transfers)[number]): string[] => {
    const id = /creator:([^:]+):/.exec(`${t.from} ${t.to}`)?.[1]
    const row = creators.find((one) => one.id === id)
    return row ? [row.mergedInto ?? row.id] : []
  }

  function postsOf(pieced: typeof pieces) {
    const seen = pieced.flatMap((piece) => {
      const own = metrics.filter((row) => row.submissionId === piece.id)
      const now = own.filter(({ day }) => day >= '2026-10-01' && day <= '2026-10-31').at(-1)
      if (!now) return []
      const before = own.filter(({ day }) => day < '2026-10-01').at(-1)
      const fresh = (piece.liveAt ?? piece.submittedAt) >= from
      const gained = (what: 'views' | 'reach') =>
        now[what] === null ? null : fresh ? now[what] : before && before[what] !== null ? now[what]! - before[what]! : null
      const link = links.find(({ submissionId }) => submissionId === piece.id)
      const n = link && clicks.filter((c) => c.linkId === link.id && inside(c.at) && !c.bot && c.uniqueInHour).length
      const liked = now.likes === null || now.comments === null ? null : now.likes + now.comments
      return [{ ...now, n: n === undefined ? null : BigInt(n), liked, newViews: gained('views'), newReach: gained('reach') }]
    })
    const pair = (top: 'n' | 'liked' | 'shares', under: 'newViews' | 'newReach' | 'followers' | 'reach' | 'views'): Pair => {
      const both = seen.filter((row) => row[top] !== null && (row[under] ?? 0n) > 0n)
      return { top: minors(both.map((row) => row[top]!)), under: minors(both.map((row) => row[under]!)), posts: both.length }
    }
    return {
      ctrViews: pair('n', 'newViews'),
      ctrReach: pair('n', 'newReach'),
      erFollowers: pair('liked', 'followers'),
      erReach: pair('liked', 'reach'),
      erViews: pair('liked', 'views'),
      shares: pair('shares', 'reach'),
    }
  }
  return new Map([...names].map((key) => [key, tally(key)]))
}

/** A median of hours is a division on both sides. */
const roughly = (tally: Tally): Tally =>
  tally.answers?.hours == null
    ? tally
    : { ...tally, answers: { ...tally.answers, hours: Number(tally.answers.hours.toFixed(6)) } }
const isNothing = (tally: Tally) =>
  JSON.stringify(tally, (_, v) => (typeof v === 'bigint' ? Number(v) : v)).match(/[1-9]/) === null

test('the sums of every way are those of a naive reading of all rows', async () => {
  const seen = { clicks: 0, orders: 0, posts: 0, stayed: 0, customers: 0, moments: 0 }
  await fc.assert(
    fc.asyncProperty(fc.noShrink(fc.integer({ min: 1, max: 1_000_000 })), async (seed) => {
      const programId = await w.neighbour()
      await w.app.within(programId, (ctx) => plant(ctx, seed, { from, to }))
      await w.app.within(programId, async (ctx) => {
        for (const by of ways) {
          const wanted = await byHand(ctx, by)
          const got = await tallies(ctx, { from, to, by })
          for (const [key, tally] of wanted) {
            if (isNothing(tally) && !got.has(key)) continue
            expect(roughly(got.get(key)!), `${by} ${key}, seed ${seed}`).toEqual(roughly(tally))
          }
          expect([...got.keys()].filter((key) => !wanted.has(key))).toEqual([])
          const [key] = [...got.keys()]
          if (by && key) expect(await tallyOf(ctx, { from, to, by, of: key })).toEqual(got.get(key))
          if (by === 'moment') seen.moments += got.size
          if (by) continue
          const whole = got.get('all')!
          seen.clicks += whole.clicks!
          seen.orders += whole.sales.approved
          seen.posts += whole.posts!.ctrViews.posts
          seen.stayed += whole.people!.stayed
          seen.customers += whole.ltv.customers
        }
      })
    }),
    { numRuns: 5, endOnFailure: true },
  )
  // A comparison of nothing with nothing would prove nothing.
  for (const [what, n] of Object.entries(seen)) expect(n, what).toBeGreaterThan(0)
}, 120_000)
