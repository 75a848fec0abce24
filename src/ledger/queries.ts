import type { Context } from '../context.ts'
import { localDay, nextLocal } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import type { Done, Earned, Earnings, Mirrored } from './cards.ts'
import { pursesOf } from './owners.ts'
import { bonusAccount, feeAccount, feeBackKey, feeKey, openingAccount, partsOf, referralAccount, rightsKey } from './rules.ts'
import { whyOf } from './rules-statement.ts'
import { balances, bookedOn, reversedOf } from './service.ts'
import { forfeitedOn } from './taken.ts'

const RECENT = 10
const MIRRORS = 5

/** Balances, the next payday and the last ten things earned, newest first; what networks pay themselves stands apart. */
export async function earningsOf(ctx: Context, creatorId: string): Promise<Earnings> {
  const policy = policyOf(ctx.program)
  const untold = await untoldFees(ctx, creatorId)
  const recent = [...(await commissionsOf(ctx, creatorId)), ...(await othersOf(ctx, creatorId, untold.keys))]
  const { payable, ...others } = await balances(ctx, creatorId)
  return {
    ...others,
    payable: { ...payable, minor: payable.minor - untold.minor },
    // Noon, so that a reader in another zone is shown the same day.
    payday: nextLocal({ every: 'month', at: '12:00', day: policy.payday }, ctx.program.zone, ctx.now),
    ripens: await ripensOf(ctx, creatorId),
    recent: recent.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, RECENT),
    mirrors: await mirrorsOf(ctx, creatorId),
  }
}

const undoable = { state: 'approved', decidedAt: { not: null }, toldAt: null }

/** Fees of approvals that can still be undone, of everybody: their keys, and what of them lies in the payable balance of each creator. */
export async function undoableFees(ctx: Context): Promise<{ keys: string[]; minor: ReadonlyMap<string, bigint> }> {
  const rows = await ctx.db.submission.findMany({
    where: { programId: ctx.program.id, ...undoable, feeMinor: { gt: 0n } },
    select: { id: true, creatorId: true, feeMinor: true, undone: true },
  })
  const minor = new Map<string, bigint>()
  for (const { creatorId, feeMinor } of rows) minor.set(creatorId, (minor.get(creatorId) ?? 0n) + feeMinor)
  return { keys: rows.map(({ id, undone }) => feeKey(id, undone)), minor }
}

/**
 * Fees of approvals that can still be undone, and those of approvals that were: their creator heard of neither. `minor` is what of them
 * lies in the payable balance, under the keys `waiting`.
 */
export async function untoldFees(ctx: Context, creatorId: string): Promise<{ minor: bigint; keys: string[]; waiting: string[] }> {
  const rows = await ctx.db.submission.findMany({
    where: { programId: ctx.program.id, creatorId, feeMinor: { gt: 0n }, OR: [undoable, { undone: { gt: 0 } }] },
    select: { id: true, feeMinor: true, state: true, decidedAt: true, toldAt: true, undone: true },
  })
  const waiting = rows.filter((row) => row.state === 'approved' && row.decidedAt !== null && row.toldAt === null)
  const undone = rows.flatMap(({ id, undone }) =>
    Array.from({ length: undone }, (_, n) => [feeKey(id, n), feeBackKey(id, n)]).flat(),
  )
  const keys = waiting.map(({ id, undone }) => feeKey(id, undone))
  return { minor: waiting.reduce((sum, { feeMinor }) => sum + feeMinor, 0n), keys: [...undone, ...keys], waiting: keys }
}

async function commissionsOf(ctx: Context, creatorId: string): Promise<Earned[]> {
  const programId = ctx.program.id
  const lines = await ctx.db.line.findMany({
    where: { programId, creatorId, mirror: false },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: RECENT,
  })
  if (lines.length === 0) return []
  const ids = lines.map((line) => line.id)
  const numbers = await numbersOf(ctx, lines)
  const holds = new Map(
    (await ctx.db.hold.findMany({ where: { programId, line: { in: ids } } })).map((hold) => [hold.line, hold]),
  )
  const booked = await bookedOn(ctx, ids)
  const reversed = await reversedOf(ctx, [creatorId], ids)
  const forfeited = await forfeitedOn(ctx, ids)
  return lines.map((line) => {
    const { id, orderId, at, minor, currency } = line
    const whole = booked.get(id) ?? 0n
    return {
      kind: 'commission',
      orderId,
      number: numbers.get(orderId) ?? orderId,
      at,
      base: { minor: line.base, currency },
      parts: partsOf(line),
      booked: { minor: whole, currency },
      toppedUp: { minor: whole > minor ? whole - minor : 0n, currency },
      reversed: { minor: reversed.get(id) ?? 0n, currency },
      forfeited: { minor: forfeited.get(id) ?? 0n, currency },
      cappedBy: line.cappedBy,
      availableAt: holds.get(id)?.availableAt ?? null,
      inCase: (holds.get(id)?.caseId ?? null) !== null,
    }
  })
}

const numbersOf = async (ctx: Context, lines: { orderId: string }[]): Promise<Map<string, string>> => {
  const where = { programId: ctx.program.id, id: { in: lines.map((line) => line.orderId) } }
  return new Map(
    (await ctx.db.order.findMany({ where, select: { id: true, number: true } })).map(({ id, number }) => [id, number]),
  )
}

/** What is earned beside sales, by the account that pays it. */
const others: Record<string, string> = {
  [feeAccount]: 'Content fee',
  [bonusAccount]: 'Bonus',
  [referralAccount]: 'Referral',
  [openingAccount]: 'Brought along',
}

async function othersOf(ctx: Context, creatorId: string, except: string[]): Promise<Earned[]> {
  const purses = await pursesOf(ctx, [creatorId])
  const given = Object.keys(others)
  const rows = await ctx.db.transfer.findMany({
    where: {
      programId: ctx.program.id,
      key: { notIn: except },
      OR: [
        { to: { in: purses }, from: { in: given } },
        { from: { in: purses }, to: { in: given } },
      ],
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: RECENT,
  })
  return rows.map(({ at, from, to, minor, currency, because, key }) => {
    const back = to in others
    const what = key.startsWith(rightsKey('')) ? 'Usage rights' : (others[back ? to : from] ?? 'Other')
    return {
      kind: 'other',
      what: back && to !== openingAccount ? `${what}, taken back` : what,
      why: whyOf(because),
      at,
      money: { minor: back ? -minor : minor, currency },
      payable: (back ? from : to).endsWith(':payable'),
    }
  })
}

/** Between which days what is pending ripens; null when nothing is, or all of it is in a case. A sale that was given back whole has none. */
async function ripensOf(ctx: Context, creatorId: string): Promise<Earnings['ripens']> {
  const [row] = await ctx.db.$queryRaw<{ first: Date | null; last: Date | null }[]>`
    SELECT min(h."availableAt") AS first, max(h."availableAt") AS last FROM "Hold" h LEFT JOIN "Line" l ON l.id = h.line
    WHERE h."programId" = ${ctx.program.id} AND h."creatorId" = ${creatorId} AND h."caseId" IS NULL
      AND coalesce(l."leftMinor", l.minor, 1) > 0`
  if (!row?.first || !row.last) return null
  const { first, last } = row
  return { first, last, oneDay: localDay(first, ctx.actor.zone) === localDay(last, ctx.actor.zone) }
}

async function mirrorsOf(ctx: Context, creatorId: string): Promise<Mirrored[]> {
  const lines = await ctx.db.line.findMany({
    where: { programId: ctx.program.id, creatorId, mirror: true },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: MIRRORS,
  })
  if (lines.length === 0) return []
  const where = { programId: ctx.program.id, id: { in: lines.map((line) => line.orderId) } }
  const orders = new Map((await ctx.db.order.findMany({ where })).map((order) => [order.id, order]))
  return lines.map(({ orderId, at, minor, currency, leftMinor }) => ({
    number: orders.get(orderId)?.number ?? orderId,
    source: orders.get(orderId)?.source ?? '',
    at,
    money: { minor: leftMinor ?? minor, currency },
  }))
}

/** The last twenty things that people did, newest first. */
export async function lastDone(ctx: Context): Promise<Done[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.audit.findMany({ where: { programId }, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 20 })
  const people = rows.flatMap((row) => row.personId ?? [])
  const members = await ctx.db.membership.findMany({
    where: { programId, personId: { in: people } },
    select: { personId: true, name: true },
  })
  return rows.map(({ at, personId, run, outcome }) => ({
    at,
    name: members.find((member) => member.personId === personId)?.name ?? 'Troupe',
    run,
    outcome,
  }))
}
