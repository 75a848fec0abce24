import type { Context } from '../context.ts'
import { creatorOf } from '../creators/service.ts'
import type { Code, Creator } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { days, hours } from '../kernel/time.ts'
import { inTurn } from '../kernel/turn.ts'
import { atLeast } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { shopTitle } from '../programs/rules-shops.ts'
import { type CodeView, fadedOverCard, renewedCard } from './cards-codes.ts'
import { offerNow } from './offers.ts'
import { checkCode, codesFor, fades, readAloud, suggestionsFor } from './rules-codes.ts'
import type { Running } from './rules-offers.ts'
import { own } from './service.ts'
import { wantEnded, wantLive } from './shop-wishes.ts'

/** The creator's active code; made when there is none, with the percentage of the program's policy, and wanted in every shop. */
export async function makeCode(ctx: Context, creator: Creator): Promise<Code> {
  own(ctx, creator.id)
  await lockCodes(ctx, creator.id)
  return (await codeOf(ctx, creator.id)) ?? (await nextCode(ctx, creator, null))
}

/** The creator's code in front, if any: one that came in the place of another before those that were there from the start. */
export async function codeOf(ctx: Context, creatorId: string): Promise<Code | null> {
  own(ctx, creatorId)
  return ctx.db.code.findFirst({
    where: { programId: ctx.program.id, creatorId, state: 'active' },
    orderBy: [{ replaces: { sort: 'desc', nulls: 'last' } }, { createdAt: 'asc' }, { id: 'asc' }],
  })
}

/** Two who choose at once must not end up with names that look alike, and one creator makes one code at a time. */
export async function lockCodes(ctx: Context, creatorId: string): Promise<void> {
  await ctx.db.$queryRaw`SELECT id FROM "Creator" WHERE id = ${creatorId} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`
  await lockNames(ctx)
}

/** Nobody else gives out a code until this transaction ends. */
export async function lockNames(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`codes ${ctx.program.id}`}, 0))`
}

/** The next free name that reads like the creator, active at once. `replaces` is the code it comes in the place of. */
export async function nextCode(ctx: Context, creator: Creator, replaces: string | null): Promise<Code> {
  const percent = policyOf(ctx.program).codePercent
  for (const wanted of manyCodes(creator.handle, percent)) {
    if (!(await isFree(ctx, wanted))) continue
    const code = await insert(ctx, creator, { code: wanted, percent, replaces, state: 'active', chosen: false })
    await wantLive(ctx, [code])
    return code
  }
  throw new Error(`No free code was found for ${creator.id}`)
}

type NewCode = Pick<Code, 'code' | 'percent' | 'replaces' | 'state' | 'chosen'>

const insert = (ctx: Context, creator: Creator, code: NewCode): Promise<Code> =>
  ctx.db.code.create({
    data: { id: ctx.id('code'), programId: ctx.program.id, creatorId: creator.id, createdAt: ctx.now, ...code },
  })

/** The readable ones first, then numbered ones, so that the thousandth Mia gets a code too. */
function* manyCodes(handle: string, percent: number): Generator<string> {
  const readable = codesFor(handle, percent)
  yield* readable
  for (let n = 2; n < 100_000; n++) yield `${readable[0]}X${n}`
}

/** Whether a code of this program, wanted, active or ended, reads like this one. */
async function mistakable(ctx: Context, wanted: string): Promise<boolean> {
  const [row] = await ctx.db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM "Code" WHERE "programId" = ${ctx.program.id}
      AND translate(upper("code"), '01L582', 'OIISBZ') = ${readAloud(wanted)}) AS found`
  must(row, 'EXISTS always answers')
  return row.found
}

/** A discount that a shop gives to everybody brings such orders all the time; what was given long ago is over. */
const OF_SHOP_DAYS = 90

/**
 * Whether orders came with this code that nobody brought: whoever is given a discount that the shop gives to everybody would earn on all
 * who use it. Of many years of orders only the last are read.
 */
async function isOfShop(ctx: Context, code: string): Promise<boolean> {
  const [row] = await ctx.db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM "Order" WHERE "programId" = ${ctx.program.id} AND "creatorId" IS NULL
      AND at > ${days(ctx.now, -OF_SHOP_DAYS)} AND codes @> ${JSON.stringify([code])}::jsonb) AS found`
  must(row, 'EXISTS always answers')
  return row.found
}

const isFree = async (ctx: Context, code: string): Promise<boolean> =>
  !(await mistakable(ctx, code)) && !(await isOfShop(ctx, code))

/** Whether the creator's one free choice is still theirs. A name that turned out to be taken in a shop did not use it up. */
async function mayChoose(ctx: Context, creatorId: string): Promise<boolean> {
  const where = { programId: ctx.program.id, creatorId, chosen: true, OR: [{ endReason: null }, { endReason: { not: 'taken' } }] }
  return (await ctx.db.code.count({ where })) === 0
}

/** Two names that are free, for a card or a refusal. */
export async function suggestCodes(ctx: Context, creator: Creator, chosen: string): Promise<string[]> {
  const free: string[] = []
  for (const code of suggestionsFor(chosen, creator.handle, policyOf(ctx.program).codePercent)) {
    if (free.length === 2) break
    if (code !== chosen && (await isFree(ctx, code))) free.push(code)
  }
  return free
}

/**
 * The creator's one free choice. Where shops are connected the name is made there first and the code before goes on until it stands;
 * otherwise it is the code from now on. Refuses names that can't be said or typed, and those that look like another code.
 */
export async function chooseCode(ctx: Context, creator: Creator, typed: string): Promise<Code> {
  own(ctx, creator.id)
  await lockCodes(ctx, creator.id)
  if (!(await mayChoose(ctx, creator.id)))
    throw new Refusal('over_limit', 'You have chosen your code before.', 'If it leaked, press Replace code in /code.')
  const name = checkCode(typed)
  const before = await codeOf(ctx, creator.id)
  if (before && readAloud(before.code) === readAloud(name))
    throw new Refusal(
      'conflict',
      `That reads like ${before.code}, which you have already.`,
      'Keep it, or choose another name.',
      'name',
    )
  if (await mistakable(ctx, name)) {
    const near = await suggestCodes(ctx, creator, name)
    throw new Refusal(
      'conflict',
      `${name} looks like a code that somebody has or had.`,
      `Free are ${near.join(' and ')}.`,
      'name',
    )
  }
  if (await isOfShop(ctx, name))
    throw new Refusal(
      'conflict',
      `Orders come with ${name} already, so it is a discount of the shop.`,
      'Choose another name. If it was made for you, ask a manager to bring it in with /creator import.',
      'name',
    )
  const percent = before?.percent ?? policyOf(ctx.program).codePercent
  const fresh = await insert(ctx, creator, { code: name, percent, replaces: before?.id ?? null, state: 'wanted', chosen: true })
  return (await wantLive(ctx, [fresh])) ? fresh : takeOver(ctx, fresh)
}

/** A wanted code is the creator's from now on; the one in front before goes on for the grace of the policy. */
export async function takeOver(ctx: Context, fresh: Code): Promise<Code> {
  const before = await codeOf(ctx, fresh.creatorId)
  if (before) {
    const until = days(ctx.now, policyOf(ctx.program).codeGraceDays)
    await endCode(ctx, before, 'chosen', until, until)
  }
  const replaces = before?.id ?? fresh.replaces
  return ctx.db.code.update({ where: { id: fresh.id }, data: { state: 'active', replaces } })
}

/** Ends a code here for orders from `at` on, and in the shops at `inShops`. Nothing that was credited before changes. */
export async function endCode(ctx: Context, code: Code, endReason: string, at: Date, inShops: Date): Promise<Code> {
  await wantEnded(ctx, code.id, inShops)
  return ctx.db.code.update({ where: { id: code.id }, data: { state: 'ended', endReason, endedAt: at } })
}

/** A creator who replaces codes for sport would leave a trail of dead ones. */
const OWN_HOURS = 24

/**
 * The drill for a code that leaked: the old one ends in the shops at once, a new one is made and told to its creator alone. Orders
 * before keep their credit; those after have it for the grace that the policy gives. Managers may do it with any code, a creator
 * with an own one, once a day. Whoever is in the program no longer gets no new one, nor who has chosen another in the place of this one.
 */
export async function rotate(
  ctx: Context,
  codeId: string,
  reason: 'leaked' | 'asked',
): Promise<{ old: Code; fresh: Code | null; creator: Creator }> {
  const known = await ctx.db.code.findFirst({ where: { id: codeId, programId: ctx.program.id } })
  if (!known) throw noCode()
  await lockCodes(ctx, known.creatorId)
  const current = await ctx.db.code.findUniqueOrThrow({ where: { id: codeId } })
  const manager = atLeast(ctx.actor.role, 'manager')
  if (!manager && current.creatorId !== ctx.actor.creatorId) throw noCode()
  const faded = fades(current, ctx.now)
  if (current.state !== 'active' && !faded)
    throw new Refusal(
      'conflict',
      `${current.code} is not in use any more.`,
      'Look at the code that came after it with /creator show.',
    )
  if (!manager) await checkPace(ctx, current.creatorId)
  const creator = await creatorOf(ctx, current.creatorId)
  const old = await endCode(ctx, current, reason, hours(ctx.now, policyOf(ctx.program).leakGraceHours), ctx.now)
  if (creator.state !== 'approved' && creator.state !== 'paused') return { old, fresh: null, creator }
  if (faded) {
    await ctx.show({ person: creator.personId }, `renewed:${old.id}`, fadedOverCard(old))
    return { old, fresh: null, creator }
  }
  const fresh = await nextCode(ctx, creator, old.id)
  await tellRenewed(ctx, creator, old, fresh)
  return { old, fresh, creator }
}

const noCode = (): Refusal => new Refusal('not_found', 'This code does not exist.', 'Pick one from the list.', 'code')

async function checkPace(ctx: Context, creatorId: string): Promise<void> {
  const since = hours(ctx.now, -OWN_HOURS)
  const where = { programId: ctx.program.id, creatorId, endReason: { in: ['leaked', 'asked'] }, endedAt: { gt: since } }
  if ((await ctx.db.code.count({ where })) > 0)
    throw new Refusal('over_limit', 'Your code was replaced within the last day.', 'Wait a day, or ask a manager.')
}

/** In the creator's private place; the same post is edited as the new code comes to stand in the shops. */
export async function tellRenewed(ctx: Context, creator: Creator, old: Code, fresh: Code): Promise<void> {
  const view = await viewOf(ctx, fresh)
  await ctx.show({ person: creator.personId }, `renewed:${old.id}`, renewedCard(old, view, await offerOn(ctx, fresh, creator)))
}

/** The offer that counts for a code now; codes that came with the roster follow none. */
export const offerOn = async (
  ctx: Context,
  code: Pick<Code, 'adopted'>,
  creator: Pick<Creator, 'id' | 'tags'>,
): Promise<Running | undefined> => (code.adopted ? undefined : offerNow(ctx, creator, 'codes'))

/** A code with how it stands in each shop that was asked for it, the shops by name. */
export async function viewOf(ctx: Context, code: Code): Promise<CodeView> {
  const rows = await ctx.db.shopCode.findMany({ where: { codeId: code.id } })
  const connections = await ctx.db.connection.findMany({ where: { id: { in: rows.map((row) => row.connectionId) } } })
  const names = new Map(connections.map((one) => [one.id, shopTitle(one)]))
  const shops = rows
    .map(({ connectionId, state, ref }) => ({
      name: names.get(connectionId) ?? 'the shop',
      state: state === 'wanted' && ref !== null ? 'changing' : state,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
  return { code: code.code, percent: code.percent, state: code.state, endReason: code.endReason, endedAt: code.endedAt, shops }
}

/** What a creator sees of their codes: the one in front, one that is being made, and those that still work for a while. */
export async function codesView(
  ctx: Context,
  creatorId: string,
): Promise<{ wanted: CodeView | null; fading: CodeView[]; mayChoose: boolean }> {
  own(ctx, creatorId)
  const where = { programId: ctx.program.id, creatorId }
  const wanted = await ctx.db.code.findFirst({ where: { ...where, state: 'wanted' }, orderBy: { id: 'desc' } })
  const fading = await ctx.db.code.findMany({
    where: { ...where, state: 'ended', endedAt: { gt: ctx.now } },
    orderBy: { endedAt: 'asc' },
    take: 5,
  })
  return {
    wanted: wanted && (await viewOf(ctx, wanted)),
    fading: await inTurn(fading, (code) => viewOf(ctx, code)),
    mayChoose: await mayChoose(ctx, creatorId),
  }
}

const MANY = 25

/** Codes that work, to pick from: a manager's are all of the program, a creator's their own. */
export async function suggestActive(ctx: Context, typed: string): Promise<{ label: string; value: string }[]> {
  const whose = atLeast(ctx.actor.role, 'manager') ? {} : { creatorId: ctx.actor.creatorId ?? '' }
  const fading = { state: 'ended', endReason: 'chosen', endedAt: { gt: ctx.now } }
  const contains = typed.trim().toUpperCase()
  const codes = await ctx.db.code.findMany({
    where: { programId: ctx.program.id, code: { contains }, ...whose, OR: [{ state: 'active' }, fading] },
    orderBy: { code: 'asc' },
    take: MANY,
  })
  const creators = await ctx.db.creator.findMany({ where: { id: { in: codes.map((code) => code.creatorId) } } })
  const names = new Map(creators.map((creator) => [creator.id, creator.name]))
  return codes.map((code) => ({ label: `${code.code} · ${names.get(code.creatorId) ?? ''}`, value: code.id }))
}
