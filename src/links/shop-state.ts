// What shops answered and told about codes, brought into the books of each code.
import type { Context } from '../context.ts'
import { creatorOf } from '../creators/service.ts'
import type { Code, Connection, Creator, ShopCode } from '../db/generated/client.ts'
import { type CodeTerms, markOf } from '../kernel/discount.ts'
import type { CodeChanged } from '../kernel/fact.ts'
import { policyOf } from '../programs/rules.ts'
import { shopTitle } from '../programs/rules-shops.ts'
import { brokenCard, choiceLiveCard, choiceTakenCard, goneInShopCard } from './cards-codes.ts'
import { endCode, lockCodes, nextCode, offerOn, suggestCodes, takeOver, tellRenewed } from './codes.ts'
import { offersBetween } from './offers.ts'
import { fades } from './rules-codes.ts'
import { runningOffer, termsOf } from './rules-offers.ts'
import { wantLeftoversEnded, wantLive } from './shop-wishes.ts'

/** What is in the way, and the row of the call, so that a card can offer to try it again. */
export type ShopTrouble = { outboxId: string; why: string; fix: string; parked: boolean }

type Here = { row: ShopCode; code: Code; connection: Connection; creator: Creator }

/** Held until the transaction ends, the creator first: whoever chooses or rotates takes the same locks in the same order. */
async function hold(ctx: Context, codeId: string, connectionId: string): Promise<Here | undefined> {
  const { creatorId } = await ctx.db.code.findUniqueOrThrow({ where: { id: codeId } })
  await lockCodes(ctx, creatorId)
  const row = await ctx.db.shopCode.findUnique({ where: { codeId_connectionId: { codeId, connectionId } } })
  if (!row) return undefined
  const code = await ctx.db.code.findUniqueOrThrow({ where: { id: codeId } })
  const connection = await ctx.db.connection.findUniqueOrThrow({ where: { id: connectionId } })
  return { row, code, connection, creator: await creatorOf(ctx, code.creatorId) }
}

async function stand(
  ctx: Context,
  { row }: Here,
  data: Partial<Pick<ShopCode, 'state' | 'ref' | 'oldRefs' | 'terms' | 'error'>>,
): Promise<void> {
  const where = { codeId_connectionId: { codeId: row.codeId, connectionId: row.connectionId } }
  await ctx.db.shopCode.update({ where, data: { error: null, updatedAt: ctx.now, ...data } })
}

/**
 * A shop has the code now, or says that the name belongs to something else there. A name made by us gives way to the next one; a name
 * its creator chose is asked for again. Gives the creator who has another code than a moment ago, or one that takes off something else,
 * so that their kit is shown anew.
 */
export async function codeMade(
  ctx: Context,
  made: { codeId: string; connectionId: string; state: 'live' | 'taken'; ref: string | null; terms?: string },
): Promise<Creator | undefined> {
  const here = await hold(ctx, made.codeId, made.connectionId)
  if (!here) return undefined
  const { ref, oldRefs, state: before, terms } = here.row
  // Orders may still name it as the shop did until now.
  const past = ref !== null && ref !== made.ref ? [...oldRefs.filter((one) => one !== made.ref), ref] : oldRefs
  await stand(ctx, here, { state: made.state, ref: made.ref, oldRefs: past, terms: made.terms ?? null })
  const { code, creator, connection } = here
  // It ended while it was being made, or fades: on its day it is ended in the shop as well.
  if (code.state === 'ended') return undefined
  if (made.state === 'taken') return taken(ctx, here)
  if (before === 'failed') await showMended(ctx, here)
  const open = await ctx.db.shopCode.count({ where: { codeId: code.id, state: { not: 'live' } } })
  if (open > 0) return undefined
  if (code.state === 'wanted') {
    await takeOver(ctx, code)
    const offer = await offerOn(ctx, code, creator)
    await ctx.show({ person: creator.personId }, `choice:${code.id}`, choiceLiveCard(code, shopTitle(connection), offer))
    return creator
  }
  const old = await renewedFrom(ctx, code)
  if (old) await tellRenewed(ctx, creator, old, code)
  const another = ref !== null && made.terms !== (terms ?? `${code.percent}%`)
  return another && creator.state === 'approved' ? creator : undefined
}

/** The code that this one came in the place of because it leaked or was asked for. */
async function renewedFrom(ctx: Context, { replaces }: Code): Promise<Code | null> {
  if (replaces === null) return null
  const old = await ctx.db.code.findUnique({ where: { id: replaces } })
  return old && ['leaked', 'asked'].includes(old.endReason ?? '') ? old : null
}

async function taken(ctx: Context, { code, creator, connection }: Here): Promise<Creator | undefined> {
  // It was never this creator's there, so from its first day on no order is credited for it.
  await endCode(ctx, code, 'taken', code.createdAt, ctx.now)
  if (code.state === 'wanted') {
    const near = await suggestCodes(ctx, creator, code.code)
    const asked = choiceTakenCard(code.code, shopTitle(connection), near)
    await ctx.show({ person: creator.personId }, `choice:${code.id}`, asked)
    return undefined
  }
  const fresh = await nextCode(ctx, creator, code.replaces)
  const old = await renewedFrom(ctx, fresh)
  if (old) await tellRenewed(ctx, creator, old, fresh)
  return creator
}

/** A shop has ended the code. */
export async function codeEnded(ctx: Context, ended: { codeId: string; connectionId: string }): Promise<void> {
  const here = await hold(ctx, ended.codeId, ended.connectionId)
  if (!here) return
  await stand(ctx, here, { state: 'ended' })
  if (here.row.state === 'failed') await showMended(ctx, here)
}

/** A shop could not be made to do it; once the tries are used up, managers get a card with the fix. */
export async function codeFailed(
  ctx: Context,
  failed: { codeId: string; connectionId: string; want: string },
  trouble: ShopTrouble,
): Promise<void> {
  const here = trouble.parked ? await hold(ctx, failed.codeId, failed.connectionId) : undefined
  if (!here) return
  await stand(ctx, here, { state: 'failed', error: trouble.why.slice(0, 500) })
  const shop = shopTitle(here.connection)
  const doing = failed.want === 'ended' ? 'ended' : here.row.ref === null ? 'made' : 'changed'
  const card = brokenCard({ code: here.code.code, shop, doing, ...trouble })
  await ctx.show({ channel: 'managers' }, troubleKey(here), card)
}

const troubleKey = ({ row }: Here): string => `shop-code:${row.codeId}:${row.connectionId}`

async function showMended(ctx: Context, here: Here): Promise<void> {
  const shop = shopTitle(here.connection)
  await ctx.show({ channel: 'managers' }, troubleKey(here), brokenCard({ code: here.code.code, shop, mended: true }))
}

/**
 * What a shop told about a code by itself. One of ours that somebody ended or renamed there is shown to managers with the way back; what we ended
 * ourselves, and codes that are not ours, are no news. `code` is the code, or `id:` and the shop's own id of it.
 */
export async function codeChanged(ctx: Context, source: string, fact: CodeChanged): Promise<void> {
  const connection = await ctx.db.connection.findUnique({ where: { programId_source: { programId: ctx.program.id, source } } })
  const known = connection && (await findRow(ctx, connection, fact.code))
  const here = known && (await hold(ctx, known.codeId, known.connectionId))
  if (here?.code.state !== 'active') return
  // An earlier one of the same name, which gave way to the one that stands.
  if (fact.ref !== undefined && here.row.ref !== null && fact.ref !== here.row.ref) return
  const renamed = fact.name === undefined || fact.name === here.code.code.toUpperCase() ? undefined : fact.name
  const gone = fact.ended || renamed !== undefined
  if (gone && here.row.state === 'live') {
    await stand(ctx, here, { state: 'ended' })
    const key = `shop-code-gone:${here.row.codeId}:${here.row.connectionId}:${fact.at}`
    const card = goneInShopCard({ code: here.code.code, shop: shopTitle(here.connection), source, renamed })
    await ctx.show({ channel: 'managers' }, key, card)
  } else if (!gone && here.row.state === 'ended') await stand(ctx, here, { state: 'live' })
}

async function findRow(ctx: Context, { id: connectionId }: Connection, told: string): Promise<ShopCode | null> {
  const where = { programId: ctx.program.id, connectionId }
  if (told.startsWith('id:')) {
    // Shopify names one discount by several kinds of ids that end alike.
    const number = /\/(\d+)$/.exec(told)?.[1]
    const ref = number === undefined ? told.slice('id:'.length) : { endsWith: `/${number}` }
    return ctx.db.shopCode.findFirst({ where: { ...where, ref } })
  }
  const named = { programId: ctx.program.id, state: 'active', code: { equals: told.trim(), mode: 'insensitive' as const } }
  const code = await ctx.db.code.findFirst({ where: named, select: { id: true } })
  return code && ctx.db.shopCode.findFirst({ where: { ...where, codeId: code.id } })
}

export type CodeQuestion = CodeTerms & Pick<Code, 'id' | 'code' | 'adopted'> & { from: Date; ref: string | null; change: boolean }

/** What a call about a code is about; undefined when it is no longer wanted. */
export async function codeQuestion(
  ctx: Context,
  { codeId, connectionId, want }: { codeId: string; connectionId: string; want: string },
): Promise<CodeQuestion | undefined> {
  const code = await ctx.db.code.findFirst({ where: { id: codeId, programId: ctx.program.id } })
  const row = await ctx.db.shopCode.findUnique({ where: { codeId_connectionId: { codeId, connectionId } } })
  if (!code || !row || (want === 'live' && code.state === 'ended' && !fades(code, ctx.now))) return undefined
  const terms = await termsNow(ctx, code)
  const change = row.ref !== null && markOf(terms) !== (row.terms ?? `${code.percent}%`)
  return { ...terms, id: code.id, code: code.code, from: code.createdAt, adopted: code.adopted, ref: row.ref, change }
}

/** What a code takes off at this instant, by the offer that counts for it or by itself. */
async function termsNow(ctx: Context, code: Code): Promise<CodeTerms> {
  const where = { id: code.creatorId }
  const creator = await ctx.db.creator.findUniqueOrThrow({ where, select: { id: true, tags: true } })
  const offer = runningOffer(await offersBetween(ctx, ctx.now, ctx.now), creator, 'codes', ctx.now)
  return termsOf(code, policyOf(ctx.program), ctx.program.currency, offer)
}

/** The same for a code as a shopper types it; undefined when none of that name is active. */
export async function termsOfTyped(ctx: Context, typed: string): Promise<CodeTerms | undefined> {
  const where = { programId: ctx.program.id, code: typed.toUpperCase(), state: 'active' }
  const code = await ctx.db.code.findFirst({ where })
  return code ? termsNow(ctx, code) : undefined
}

export type CodesIn = { live: number; waiting: number; failed: number; all: number }

/** How the active codes stand in a shop. */
export async function codesIn(ctx: Context, connectionId: string): Promise<CodesIn> {
  const [row] = await ctx.db.$queryRaw<Record<keyof CodesIn, bigint>[]>`
    SELECT count(*) AS all, count(*) FILTER (WHERE s.state = 'live') AS live, count(*) FILTER (WHERE s.state = 'wanted') AS waiting,
      count(*) FILTER (WHERE s.state = 'failed') AS failed
    FROM "Code" c LEFT JOIN "ShopCode" s ON s."codeId" = c.id AND s."connectionId" = ${connectionId}
    WHERE c."programId" = ${ctx.program.id} AND c.state = 'active'`
  const n = (count: bigint | undefined) => Number(count ?? 0n)
  return { live: n(row?.live), waiting: n(row?.waiting), failed: n(row?.failed), all: n(row?.all) }
}

const AT_ONCE = 500

/** Asks a shop for the active codes that it does not have, and ends those that ended meanwhile; gives how many were asked for. More than 500 take several rounds. */
export async function makeMissing(ctx: Context, connection: Connection): Promise<number> {
  const codes = await ctx.db.$queryRaw<Code[]>`
    SELECT c.* FROM "Code" c LEFT JOIN "ShopCode" s ON s."codeId" = c.id AND s."connectionId" = ${connection.id}
    WHERE c."programId" = ${ctx.program.id} AND c.state = 'active' AND (s.state IS NULL OR s.state IN ('failed', 'ended'))
    ORDER BY c.id LIMIT ${AT_ONCE}`
  await wantLive(ctx, codes, connection)
  await wantLeftoversEnded(ctx, connection, AT_ONCE)
  return codes.length
}
