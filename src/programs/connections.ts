// Shops that can be asked: where they are reached, with which sealed keys, and how the last check found them.
import type { Context } from '../context.ts'
import type { Connection } from '../db/generated/client.ts'
import { wakeCalls } from '../db/outbox.ts'
import { Refusal } from '../kernel/refusal.ts'
import { inTurn } from '../kernel/turn.ts'
import type { ShopView } from './cards-shops.ts'
import {
  afterTrouble,
  countsAnew,
  kindOf,
  type Standing,
  shopName,
  shopNames,
  shopTitle,
  siteOf,
  sourcesOf,
  standingOf,
} from './rules-shops.ts'
import { keepSecret } from './secrets.ts'
import { connect } from './service.ts'

/** `former` is where the same shop was before. */
export type ShopAddress = { source: string; base: string; shop: string | null; former?: string | undefined }

/**
 * Keeps how a shop is reached. Keys are sealed and never shown again; a shop that signs with a secret of its own brings it along,
 * any other gets one of ours. What happened in the shop before is not asked for, and earns nothing when the shop tells it again.
 */
export async function keepShop(
  ctx: Context,
  { source, base, shop, former }: ShopAddress,
  keys: Record<string, string>,
  secret: string | undefined,
): Promise<Connection> {
  const key = { programId_source: { programId: ctx.program.id, source } }
  await checkNew(ctx, { source, base, shop })
  await checkSame(ctx, source, base, former)
  if (secret !== undefined) await keepSecret(ctx, source, secret)
  else if (!(await ctx.db.connection.findUnique({ where: key }))) await connect(ctx, ctx.program.id, source)
  const before = await ctx.db.connection.findUniqueOrThrow({ where: key })
  const heard = { programId: ctx.program.id, source }
  const silent = before.shop === null && (await ctx.db.inbox.findFirst({ where: heard, select: { id: true } })) === null
  await note(ctx, 'done', { source, base })
  await wakeCalls(ctx.db, ctx.program.id, before.id, ctx.now)
  ctx.ring('deliver')
  const moved = before.base !== base
  return ctx.db.connection.update({
    where: key,
    data: {
      base,
      keys: ctx.seal(JSON.stringify(keys)),
      leftAt: null,
      // A program is founded with an address for Shopify, long before there is a shop behind it.
      ...(before.base === null && silent ? { createdAt: ctx.now } : {}),
      // Under a new address it may be another shop: its next delivery says which.
      ...(shop !== null || moved ? { shop } : {}),
      ...(moved || before.seenAt === null ? { seenAt: ctx.now, checkedAt: null, standing: {} } : {}),
    },
  })
}

/** Of several shops of a kind each is connected once, or its orders would count twice. */
async function checkNew(ctx: Context, { source, base, shop }: ShopAddress): Promise<void> {
  const rows = await ctx.db.connection.findMany({ where: { programId: ctx.program.id, source: { not: source } } })
  const same = rows.find(
    (row) =>
      kindOf(row.source) === kindOf(source) &&
      (shop === null ? row.base !== null && siteOf(row.base) === siteOf(base) : sameShop(row.shop, shop)),
  )
  // Everyone asks Stripe at one address.
  if (!same || (shop === null && kindOf(source) === 'stripe')) return
  throw new Refusal(
    'conflict',
    `This shop is connected already as ${shopTitle(same)}.`,
    'Change it there, or give the address of another shop.',
    'shop',
  )
}

/** Several may have been at one address before, and no two have one name. */
const formerly = (shop: string, source: string): string => `${shop} (former ${source})`

/**
 * Where each shop counts its orders from one, a source stays that of the shop whose orders it has: those of another would be taken for
 * them. Connected beside it at the same address, as where a shop was made anew, the former one is heard no more, or both would count.
 */
async function checkSame(ctx: Context, source: string, base: string, former: string | undefined): Promise<void> {
  if (!countsAnew(source)) return
  const site = siteOf(base)
  const rows = await ctx.db.connection.findMany({ where: { programId: ctx.program.id } })
  for (const row of rows.filter((one) => one.source !== source && one.base === null && kindOf(one.source) === kindOf(source))) {
    if (row.shop === null || siteOf(row.shop) !== site) continue
    await connect(ctx, ctx.program.id, row.source)
    const { secrets } = await ctx.db.connection.findUniqueOrThrow({ where: { id: row.id } })
    const data = { secrets: (secrets as string[]).slice(0, 1), shop: formerly(row.shop, row.source) }
    await ctx.db.connection.update({ where: { id: row.id }, data })
  }
  const before = rows.find((row) => row.source === source)
  const known = [before?.shop, before?.base].flatMap((one) => (one ? [siteOf(one)] : []))
  const [name] = known
  if (name === undefined || known.includes(site)) return
  if (former !== undefined && [siteOf(former), formerly(siteOf(former), source)].some((one) => known.includes(one))) return
  const order = await ctx.db.order.findFirst({ where: { programId: ctx.program.id, source }, select: { id: true } })
  if (!order) return
  throw new Refusal(
    'conflict',
    `Orders of ${name} are kept here as ${shopName(source)}, and another shop may count its own by the same numbers.`,
    `Give a new shop under “Connect another ${shopNames[kindOf(source)]} shop” on this page. Where it is the same shop at a new address, with all of its orders, fill in its former address too.`,
    former === undefined ? 'shop' : 'former',
  )
}

const sameShop = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase()

/** What the next shop of a kind is called, while there is room for one more. */
export async function nextSource(ctx: Context, kind: string): Promise<string | undefined> {
  const bound = { OR: [{ base: { not: null } }, { shop: { not: null } }] }
  const rows = await ctx.db.connection.findMany({ where: { programId: ctx.program.id, ...bound } })
  return sourcesOf(kind).find((source) => rows.every((row) => row.source !== source))
}

/** Forgets the keys: the shop may still send, and is asked nothing more. */
export async function dropShop(ctx: Context, source: string): Promise<void> {
  const where = { programId: ctx.program.id, source }
  const data = { base: null, keys: null, seenAt: null, checkedAt: null, standing: {} }
  const before = await ctx.db.connection.findUnique({ where: { programId_source: where } })
  // Whose orders it has is still asked, should one be connected again.
  const site = before?.shop === null && countsAnew(source) ? (before.base?.replace(/^https?:\/\//, '') ?? null) : null
  const free = site !== null && (await ctx.db.connection.count({ where: { programId: where.programId, shop: site } })) === 0
  await ctx.db.connection.updateMany({ where, data: { ...data, ...(free ? { shop: site } : {}) } })
  await note(ctx, 'disconnected', { source })
}

/** The page is no command, so what is done there is written down here. */
async function note(ctx: Context, outcome: string, given: Record<string, string>): Promise<void> {
  const { id: programId } = ctx.program
  const by = ctx.actor.personId
  await ctx.db.audit.create({
    data: { id: ctx.id('audit'), programId, personId: by, run: 'setup shop', given, outcome, at: ctx.now },
  })
}

/** The shops that are asked, oldest first. */
export const shopsOf = (ctx: Pick<Context, 'db' | 'program'>): Promise<Connection[]> =>
  ctx.db.connection.findMany({
    where: { programId: ctx.program.id, keys: { not: null }, leftAt: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })

/** Notes that a check went well. Gives what had been in the way and was told, if anything. */
export async function noteWell(ctx: Context, connectionId: string, hooks: string[]): Promise<Standing['trouble']> {
  const before = await lockShop(ctx, connectionId)
  const standing: Standing = { hooks, failures: 0 }
  await ctx.db.connection.update({ where: { id: connectionId }, data: { checkedAt: ctx.now, standing } })
  const { trouble } = standingOf(before)
  return trouble?.told ? trouble : undefined
}

/** Notes that a check failed; true when managers are to be told now. */
export async function noteTrouble(
  ctx: Context,
  connectionId: string,
  trouble: { why: string; fix: string; final: boolean },
): Promise<{ tell: boolean; standing: Standing }> {
  const { standing, tell } = afterTrouble(standingOf(await lockShop(ctx, connectionId)), trouble, ctx.now)
  await ctx.db.connection.update({ where: { id: connectionId }, data: { standing } })
  return { tell, standing }
}

/** Everything that happened before `until` has been asked for. The mark never goes back. */
export async function noteSeen(ctx: Context, connectionId: string, until: Date): Promise<void> {
  const where = { id: connectionId, programId: ctx.program.id, seenAt: { lt: until } }
  await ctx.db.connection.updateMany({ where, data: { seenAt: until } })
}

async function lockShop(ctx: Context, id: string): Promise<Connection> {
  await ctx.db.$queryRaw`SELECT id FROM "Connection" WHERE id = ${id} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return ctx.db.connection.findFirstOrThrow({ where: { id, programId: ctx.program.id } })
}

/** How each shop that can be connected stands; `id` is missing where nothing is known of it, `shop` is what its deliveries call it. */
export async function shopViews(
  ctx: Context,
): Promise<(Omit<ShopView, 'codes'> & { id: string | undefined; shop: string | null })[]> {
  const rows = await ctx.db.connection.findMany({ where: { programId: ctx.program.id } })
  const sources = Object.keys(shopNames).flatMap((kind) =>
    sourcesOf(kind).filter((source) => source === kind || rows.some((row) => row.source === source)),
  )
  return inTurn(sources, async (source) => {
    const row = rows.find((one) => one.source === source)
    const name = row ? shopTitle(row) : shopName(source)
    const standing = standingOf(row ?? { standing: {} })
    return {
      id: row?.id,
      source,
      name,
      base: row?.base ?? null,
      shop: row?.shop ?? null,
      leftAt: row?.leftAt ?? null,
      heardAt: await lastHeard(ctx, source),
      checkedAt: row?.checkedAt ?? null,
      hooks: standing.hooks,
      trouble: standing.trouble ?? null,
    }
  })
}

/** The newest delivery that came by itself; what was fetched by asking says nothing about the webhooks. */
async function lastHeard(ctx: Context, source: string): Promise<Date | null> {
  const [row] = await ctx.db.$queryRaw<{ at: Date }[]>`
    SELECT "receivedAt" AS at FROM "Inbox" WHERE "programId" = ${ctx.program.id} AND source = ${source} AND answer->>'fetched' IS NULL
    ORDER BY "receivedAt" DESC LIMIT 1`
  return row?.at ?? null
}
