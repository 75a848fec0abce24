// Puts a labelled set into a program, lets the real rules and queries look at it, and counts what they held.
import type { Context } from '../src/context.ts'
import { newId } from '../src/kernel/id.ts'
import { days } from '../src/kernel/time.ts'
import { sweep } from '../src/trust/sweep.ts'
import { trustSet } from './trust-set.ts'
import type { TrustSet } from './trust-stage.ts'

export type Worth = {
  orders: number
  frauds: number
  /** Of the lines that were held, how many are fraud; and of the fraud, how much was held. */
  precision: number
  recall: number
  /** Orders held, of how many, for each kind. */
  kinds: Record<string, { fraud: boolean; held: number; of: number }>
}

type Within = <T>(work: (ctx: Context) => Promise<T>) => Promise<T>

/** Plants the set of a seed into a program under its present, sweeps once, and says what the held lines are worth. */
export async function judge(within: Within, seed: number): Promise<Worth> {
  const { set, ids } = await within(async (ctx) => {
    const made = trustSet(seed, ctx.now.getTime())
    return { set: made, ids: await plant(ctx, made) }
  })
  await sweep(within)
  const held = await within((ctx) =>
    ctx.db.hold.findMany({ where: { programId: ctx.program.id, caseId: { not: null } }, select: { line: true } }),
  )
  const lines = new Set(held.map(({ line }) => line))
  const kinds: Worth['kinds'] = {}
  set.orders.forEach(({ kind, fraud }, i) => {
    const name = `${kind}${fraud ? '' : ' (honest)'}`
    const one = kinds[name] ?? { fraud, held: 0, of: 0 }
    kinds[name] = one
    one.of++
    if (lines.has(ids[i]!)) one.held++
  })
  const count = (fraud: boolean | null) =>
    set.orders.filter((order, i) => lines.has(ids[i]!) && (fraud === null || order.fraud === fraud)).length
  const frauds = set.orders.filter(({ fraud }) => fraud).length
  return { orders: set.orders.length, frauds, precision: count(true) / count(null), recall: count(true) / frauds, kinds }
}

/** Writes the rows; gives the ids of the lines in the order of the set's orders. */
async function plant(ctx: Context, set: TrustSet): Promise<string[]> {
  const id = (kind: 'creator' | 'link' | 'click' | 'order' | 'line' | 'touch' | 'code') =>
    newId(kind, ctx.now, () => ctx.random(10))
  const creators = set.creators.map(() => id('creator'))
  const links = set.creators.map(() => id('link'))
  const mail = (email: string) => ctx.hash(`${email}@example.com`)
  await plantCreators(ctx, set, creators, links)
  const clicks = set.clicks.map(() => id('click'))
  await plantClicks(ctx, set, clicks, links)
  const orders = set.orders.map(() => id('order'))
  const lines = set.orders.map(() => id('line'))
  const programId = ctx.program.id
  const whose = set.orders.map(({ creator }) => creators[creator]!)
  const at = set.orders.map((order) => new Date(order.at))
  const rules = set.orders.map(({ click }) => (click === null ? 'code' : 'click'))
  const emails = set.orders.map(({ email }) => mail(email))
  const own = set.orders.map((order) => order.own)
  await ctx.db.$executeRaw`
    INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, "shopperEmail", "ownPurchase", "paidAt", "creatorId", rule, "createdAt")
    SELECT o.id, ${programId}, 'generic', o.id, '#' || o.n, o.at, 'EUR', 8000, '{}', '[]', o.email, o.own, o.at, o.creator, o.rule, ${ctx.now}
    FROM unnest(${orders}::text[], ${whose}::text[], ${at}::timestamptz[], ${rules}::text[], ${emails}::text[], ${own}::bool[])
      WITH ORDINALITY AS o(id, creator, at, rule, email, own, n)`
  await ctx.db.$executeRaw`
    INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because)
    SELECT l.id, ${programId}, l.ord, l.creator, 8000, 1000, 800, 'EUR', l.at, '{}'
    FROM unnest(${lines}::text[], ${orders}::text[], ${whose}::text[], ${at}::timestamptz[]) AS l(id, ord, creator, at)`
  await ctx.db.$executeRaw`
    INSERT INTO "Hold" (line, "programId", "creatorId", kind, "availableAt", "createdAt")
    SELECT l.id, ${programId}, l.creator, 'commission', ${days(ctx.now, 14)}, ${ctx.now}
    FROM unnest(${lines}::text[], ${whose}::text[]) AS l(id, creator)`
  const clicked = set.orders.flatMap(({ click }, i) => (click === null ? [] : [{ click, i }]))
  await ctx.db.$executeRaw`
    INSERT INTO "Touch" (id, "programId", "orderId", kind, "creatorId", what, at, won, reason)
    SELECT t.id, ${programId}, t.ord, 'click', t.creator, t.click, t.at, true, 'it was the last click before the order'
    FROM unnest(${clicked.map(() => id('touch'))}::text[], ${clicked.map(({ i }) => orders[i]!)}::text[], ${clicked.map(({ i }) => whose[i]!)}::text[],
      ${clicked.map(({ click }) => clicks[click]!)}::text[], ${clicked.map(({ click }) => new Date(set.clicks[click]!.at))}::timestamptz[]) AS t(id, ord, creator, click, at)`
  const throwaways = set.orders.filter(({ throwaway }) => throwaway).map(({ email }) => mail(email))
  await ctx.db.throwaway.createMany({
    data: throwaways.map((email) => ({ programId, email, createdAt: ctx.now })),
    skipDuplicates: true,
  })
  return lines
}

async function plantCreators(ctx: Context, set: TrustSet, creators: string[], links: string[]): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.creator.createMany({
    data: set.creators.map(({ country }, n) => ({
      id: creators[n]!,
      programId,
      personId: newId('person', ctx.now, () => ctx.random(10)),
      state: 'approved',
      name: `Creator ${n}`,
      handle: `@creator${n}`,
      niche: 'beauty',
      country,
      email: `creator-${n}@example.com`,
      appliedAt: days(ctx.now, -60),
      createdAt: days(ctx.now, -60),
    })),
  })
  await ctx.db.link.createMany({
    data: links.map((id, n) => ({
      id,
      programId,
      creatorId: creators[n]!,
      slug: `${id.slice(-10).toLowerCase()}-${n}`,
      destination: 'https://shop.example.com/',
      createdAt: days(ctx.now, -60),
    })),
  })
  await ctx.db.code.createMany({
    data: creators.map((creatorId, n) => ({
      id: ctx.id('code'),
      programId,
      creatorId,
      code: `C${links[n]!.slice(-8)}`,
      percent: 10,
      createdAt: days(ctx.now, -60),
    })),
  })
}

async function plantClicks(ctx: Context, set: TrustSet, ids: string[], links: string[]): Promise<void> {
  const of = <T>(read: (click: TrustSet['clicks'][number]) => T): T[] => set.clicks.map(read)
  await ctx.db.$executeRaw`
    INSERT INTO "Click" (id, "programId", "linkId", at, ip, "userAgent", referer, visitor, country, bot, "uniqueInHour")
    SELECT c.id, ${ctx.program.id}, c.link, c.at, c.ip, c.agent, c.referer, c.visitor, c.country, c.bot, c.uniq
    FROM unnest(${ids}::text[], ${of(({ creator }) => links[creator]!)}::text[], ${of(({ at }) => new Date(at))}::timestamptz[], ${of(({ ip }) => ip)}::text[],
      ${of(({ agent }) => agent)}::text[], ${of(({ referer }) => referer)}::text[], ${of(({ visitor }) => visitor)}::text[],
      ${of(({ country }) => country)}::text[], ${of(({ bot }) => bot)}::bool[], ${of(({ unique, bot }) => unique && !bot)}::bool[])
      AS c(id, link, at, ip, agent, referer, visitor, country, bot, uniq)`
}
