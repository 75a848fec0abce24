import type { Context } from '../context.ts'
import {
  BOOK_YEARS,
  FORMER,
  type Forgotten,
  namedParts,
  names,
  type Section,
  type Subject,
  scrubber,
  scrubJson,
} from '../kernel/personal.ts'

const creditedTo = (ctx: Context, { creatorIds }: Subject) => ({ programId: ctx.program.id, creatorId: { in: creatorIds } })

/** Sales that were credited to somebody, and by what: `pages` has them. Who bought is kept as keyed hashes alone. */
export async function personal(ctx: Context, subject: Subject): Promise<Section[]> {
  const where = creditedTo(ctx, subject)
  const keys = await ctx.db.networkKey.findMany({ where })
  const lines = await ctx.db.line.count({ where })
  const touches = await ctx.db.touch.count({ where })
  const [sold] = await ctx.db.$queryRaw<{ ids: string | null }[]>`
    SELECT string_agg(id, ' ') AS ids FROM "Order" WHERE "programId" = ${where.programId} AND "creatorId" = ANY(${subject.creatorIds})`
  const ids = sold?.ids?.split(' ') ?? []
  return [
    {
      name: 'Sales',
      about: 'to know what you earned, and why',
      until: `${BOOK_YEARS} years, as tax law asks`,
      fate: 'pseudonymised',
      why: 'They are the ground of the books.',
      rows: [],
      more: { count: ids.length + lines + touches, ids },
    },
    {
      name: 'Keys at networks',
      about: 'to know which of their sales are yours',
      until: 'while you are here',
      fate: 'deleted',
      rows: keys,
      texts: keys.map(({ key }) => key),
    },
  ]
}

const select = { id: true, number: true, at: true, currency: true, base: true, kind: true, rule: true, cancelledAt: true }

/** The next of the sales after one, then of what they earned, then of what led to them. */
export const pages = [
  (ctx: Context, subject: Subject, after: string, take: number) =>
    ctx.db.order.findMany({ where: { ...creditedTo(ctx, subject), id: { gt: after } }, select, orderBy: { id: 'asc' }, take }),
  (ctx: Context, subject: Subject, after: string, take: number) =>
    ctx.db.line.findMany({ where: { ...creditedTo(ctx, subject), id: { gt: after } }, orderBy: { id: 'asc' }, take }),
  (ctx: Context, subject: Subject, after: string, take: number) =>
    ctx.db.touch.findMany({ where: { ...creditedTo(ctx, subject), id: { gt: after } }, orderBy: { id: 'asc' }, take }),
]

type Told = { id: string; codes: unknown; mirror: unknown; note: string | null }

const AT_ONCE = 20_000

/**
 * Figures stay. A code that was made from a name is named so no more, wherever an order tells of it. There may be very many orders: they
 * are changed together, and no more in one unit of work than it has time for.
 */
export async function forget(ctx: Context, { creatorIds, words }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  const own = { programId, creatorId: { in: creatorIds } }
  const parts = namedParts(words)
  const scrub = scrubber({ words })
  const keys = await ctx.db.networkKey.findMany({ where: own, select: { key: true } })
  const plain = (word: string): string => (names(word, parts) || keys.some(({ key }) => key === word) ? FORMER : word)
  const told = await ctx.db.$queryRaw<Told[]>`
    SELECT o.id, o.codes, o.mirror, o.note FROM "Order" o WHERE o."programId" = ${programId} AND (o."creatorId" = ANY(${creatorIds})
      OR o.id IN (SELECT t."orderId" FROM "Touch" t WHERE t."programId" = ${programId} AND t.kind = 'code' AND t."creatorId" = ANY(${creatorIds})))`
  const orders = told.flatMap((one) => changed(one, plain, scrub) ?? [])
  await nameOrders(ctx, orders.slice(0, AT_ONCE))
  if (orders.length > AT_ONCE) return { more: true }
  if (await nameLines(ctx, creatorIds, scrub)) return { more: true }
  await nameTouches(ctx, creatorIds, parts)
  // By their keys the orders were found.
  await ctx.db.networkKey.deleteMany({ where: own })
  return {}
}

/** The same order without the name; undefined where it does not tell of it. */
function changed({ id, ...told }: Told, plain: (word: string) => string, scrub: (text: string) => string): Told | undefined {
  const { codes, mirror, note } = told
  const fresh = { codes: scrubJson(codes, plain), mirror: scrubJson(mirror, plain), note: note === null ? null : scrub(note) }
  return JSON.stringify(fresh) === JSON.stringify({ codes, mirror, note }) ? undefined : { id, ...fresh }
}

async function nameOrders(ctx: Context, orders: Told[]): Promise<void> {
  const ids = orders.map(({ id }) => id)
  const codes = orders.map((one) => JSON.stringify(one.codes))
  const mirrors = orders.map(({ mirror }) => (mirror === null ? null : JSON.stringify(mirror)))
  const notes = orders.map(({ note }) => note)
  await ctx.db.$executeRaw`
    UPDATE "Order" o SET codes = f.codes::jsonb, mirror = f.mirror::jsonb, note = f.note
    FROM unnest(${ids}::text[], ${codes}::text[], ${mirrors}::text[], ${notes}::text[]) AS f(id, codes, mirror, note)
    WHERE o.id = f.id AND o."programId" = ${ctx.program.id}`
}

async function nameTouches(ctx: Context, creatorIds: string[], parts: string[]): Promise<void> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds }, kind: 'code' }
  const given = await ctx.db.touch.groupBy({ by: ['what'], where: own })
  const named = given.flatMap(({ what }) => (names(what, parts) ? [what] : []))
  await ctx.db.touch.updateMany({ where: { ...own, what: { in: named } }, data: { what: FORMER } })
}

/** Whether there are more lines than were changed now. */
async function nameLines(ctx: Context, creatorIds: string[], scrub: (text: string) => string): Promise<boolean> {
  const where = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const lines = await ctx.db.line.findMany({ where, select: { id: true, because: true } })
  const fresh = lines.flatMap(({ id, because }) => {
    const left = JSON.stringify(scrubJson(because, scrub))
    return left === JSON.stringify(because) ? [] : [{ id, because: left }]
  })
  const now = fresh.slice(0, AT_ONCE)
  const [ids, reasons] = [now.map(({ id }) => id), now.map(({ because }) => because)]
  await ctx.db.$executeRaw`
    UPDATE "Line" l SET because = f.because::jsonb FROM unnest(${ids}::text[], ${reasons}::text[]) AS f(id, because)
    WHERE l.id = f.id AND l."programId" = ${where.programId}`
  return fresh.length > AT_ONCE
}
