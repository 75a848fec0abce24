// What the day brings, one step in each unit of work, so that a long history fits into short transactions and a process that dies goes on
// where it was. The row is locked: two workers never do the same step.
import { dropFiles } from '../content/drop.ts'
import { endWork } from '../content/gone.ts'
import type { Context } from '../context.ts'
import { creatorOfPerson } from '../creators/service.ts'
import { depart } from '../creators/standing.ts'
import type { Erasure } from '../db/generated/client.ts'
import { subtract } from '../kernel/money.ts'
import { type Subject, scrubber, type Trace, traceOf } from '../kernel/personal.ts'
import { must } from '../kernel/refusal.ts'
import { days, hours } from '../kernel/time.ts'
import { purse, waivedAccount } from '../ledger/rules.ts'
import { balanceOf, move } from '../ledger/service.ts'
import { payeeOf } from '../payouts/payees.ts'
import { carriedBy } from '../payouts/rules.ts'
import { addressesOf } from '../people/addresses.ts'
import { membershipOf, personLock, setFinance, setRole } from '../people/service.ts'
import { withdrawShouts } from '../recognition/shouts.ts'
import { farewellCard } from './cards.ts'
import { FAREWELL, FAREWELL_DAYS, forgetHeard, forgetPosts, forgetShown, forgetTold, rolesOf } from './hall.ts'
import { dropSheets } from './retention.ts'
import { settling } from './rules.ts'
import { isLastAdmin, owedTo, showManagers, tellToHandOver } from './service.ts'
import { everything, rooms, subjectOf } from './walk.ts'

const next = (ctx: Context): Promise<{ id: string }[]> =>
  ctx.db.$queryRaw`
    SELECT id FROM "Erasure" WHERE "programId" = ${ctx.program.id} AND state IN ('asked', 'closing', 'erasing') AND "nextAt" <= ${ctx.now}
    ORDER BY "nextAt", id LIMIT 1 FOR UPDATE SKIP LOCKED`

/** Does the next step of a wish whose time has come; 0 when there is none. */
export async function advance(ctx: Context): Promise<number> {
  const [due] = await next(ctx)
  if (!due) return 0
  const row = await ctx.db.erasure.findUniqueOrThrow({ where: { id: due.id } })
  // They may have connected another account since, and be known by that one.
  const wish = { ...row, personId: (await membershipOf(ctx, row.personId)).personId }
  // Nobody acts as them while they are taken apart.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${personLock(ctx.program.id, wish.personId)}, 0))`
  if (wish.state === 'asked') await close(ctx, wish)
  else if (wish.state === 'closing') await settle(ctx, wish)
  else await forgetNext(ctx, wish)
  return 1
}

/** A step failed and was rolled back: it is tried again later, so that it holds up nobody else. */
export async function putBack(ctx: Context): Promise<void> {
  for (const { id } of await next(ctx)) await ctx.db.erasure.update({ where: { id }, data: { nextAt: hours(ctx.now, 1) } })
}

/** They leave: no role, no new earnings. From here on there is no way back. */
async function close(ctx: Context, wish: Erasure): Promise<void> {
  if (await isLastAdmin(ctx, wish.personId)) {
    await tellToHandOver(ctx, wish)
    return note(ctx, wish, { nextAt: days(ctx.now, 1) })
  }
  const subject = await subjectOf(ctx, wish.personId)
  for (const id of subject.creatorIds) {
    const gone = await depart(ctx, id)
    if (!gone) continue
    await endWork(ctx, gone)
    await withdrawShouts(ctx, id)
  }
  await setFinance(ctx, wish.personId, false)
  await setRole(ctx, wish.personId, 'anyone')
  for (const role of await rolesOf(ctx, subject)) await ctx.grant(wish.personId, role, false)
  // The doors take the roles away while they still know who it is.
  await note(ctx, wish, { state: 'closing', nextAt: hours(ctx.now, ROLES_HOURS) })
}

const ROLES_HOURS = 1

/** Somebody let them in again meanwhile: they leave once more before anything is forgotten. */
async function isBack(ctx: Context, { personId }: Erasure, { creatorIds }: Subject): Promise<boolean> {
  const { role, finance } = await membershipOf(ctx, personId)
  const inside = { programId: ctx.program.id, id: { in: creatorIds }, state: { in: ['approved', 'paused'] } }
  return role !== 'anyone' || finance || (await ctx.db.creator.count({ where: inside })) > 0
}

async function settle(ctx: Context, wish: Erasure): Promise<void> {
  const subject = await subjectOf(ctx, wish.personId)
  if (await isBack(ctx, wish, subject)) return close(ctx, wish)
  const owed = await owedTo(ctx, subject.creatorIds)
  const { cases } = owed
  const purses = { pending: owed.pending.minor, payable: owed.payable.minor, paying: owed.paying.minor }
  const left = settling({ ...purses, cases }, wish.waive)
  if (left !== 'waive' && left !== 'nothing') return note(ctx, wish, { nextAt: hours(ctx.now, 1) })
  for (const id of subject.creatorIds) await waive(ctx, wish, id)
  await sayFarewell(ctx, wish)
  const trace = traceOf(await everything(ctx, subject))
  const kept: Traces = { ...trace, others: await othersNamed(ctx, subject, trace) }
  await note(ctx, wish, { state: 'erasing', traces: ctx.seal(JSON.stringify(kept)) })
}

/** The last that they hear: where mail is sent it still finds them. */
async function sayFarewell(ctx: Context, { id, personId }: Erasure): Promise<void> {
  const creator = await creatorOfPerson(ctx, personId)
  const to = new Set([...(await addressesOf(ctx, personId)), ...(creator?.email ? [creator.email] : [])])
  for (const [n, address] of [...to].entries())
    await ctx.mail(address, `${FAREWELL}${id}:${n}`, farewellCard(ctx.program.name), days(ctx.now, FAREWELL_DAYS))
}

type Traces = Trace & { others: string[] }

/** All is given up where they said so, else what nothing can carry: it stays with the brand, under a name of its own in the books. */
async function waive(ctx: Context, wish: Erasure, creatorId: string): Promise<void> {
  const from = purse(creatorId, 'payable')
  const all = await balanceOf(ctx, from)
  const money = wish.waive ? all : subtract(all, carriedBy((await payeeOf(ctx, creatorId))?.method, all))
  const because = { rule: 'given up', erasure: wish.id }
  if (money.minor > 0n) await move(ctx, { from, to: waivedAccount, money, key: `waived:${wish.id}:${creatorId}`, because })
}

/** Names of others here, and of the program itself, that are one of theirs or hold one: "Anna", "Anna Berg". */
async function othersNamed(ctx: Context, { personIds }: Subject, { words, short }: Trace): Promise<string[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT name FROM (
      SELECT "personId", name FROM "Membership" WHERE "programId" = ${programId}
      UNION ALL SELECT "personId", unnest(ARRAY[name, handle, alias]) FROM "Creator" WHERE "programId" = ${programId}) named
    WHERE "personId" <> ALL(${personIds}) AND EXISTS (SELECT FROM unnest(${[...words, ...short]}::text[]) w WHERE strpos(lower(name), lower(w)) > 0)`
  const scrub = scrubber({ words, short })
  return [ctx.program.name, ...rows.map(({ name }) => name)].filter((name) => scrub(name) !== name)
}

/** The next room, or once all have forgotten, the next posts. */
async function forgetNext(ctx: Context, wish: Erasure): Promise<void> {
  must(wish.traces !== null, 'whoever is being forgotten has left traces')
  // What an earlier version left begun has fewer kinds of traces, and only the names that somebody else has too.
  type Begun = Pick<Traces, 'words' | 'texts' | 'ids'> & Partial<Traces> & { shared?: string[] }
  const { shared = [], ...left } = JSON.parse(ctx.unseal(wish.traces)) as Begun
  const { others, ...trace }: Traces = { others: shared, short: [], codes: [], ...left }
  const subject = { ...(await subjectOf(ctx, wish.personId)), words: trace.words }
  const next = Object.entries(rooms).find(([name]) => !wish.rooms.includes(name))
  if (next) {
    const [name, { forget }] = next
    const { files = [], more = false } = await forget(ctx, subject)
    const all = { rooms: more ? wish.rooms : [...wish.rooms, name], files: [...new Set([...wish.files, ...files])] }
    await ctx.db.erasure.update({ where: { id: wish.id }, data: all })
    return
  }
  const dropped: string[] = []
  if (wish.cursor === null) {
    // Whose name stands in one of them, nobody knows without reading it.
    dropped.push(...(await dropSheets(ctx, ctx.now)))
    await forgetHeard(ctx, subject, trace, others)
    await forgetShown(ctx, trace, others)
    await forgetTold(ctx, codesIn(trace))
  }
  const { after, fileIds } = await forgetPosts(ctx, subject, trace, others, wish.cursor ?? '')
  const files = [...new Set([...wish.files, ...dropped, ...(await dropFiles(ctx, fileIds))])]
  await ctx.db.erasure.update({ where: { id: wish.id }, data: { files, cursor: after } })
  if (after === null) await finish(ctx, wish)
}

/** What looks like a code: shops tell of nothing else that somebody chose. */
const codesIn = ({ texts, words, codes }: Trace): string[] =>
  [...words, ...texts, ...codes].filter((text) => /^[A-Z0-9_-]{3,40}$/.test(text))

async function finish(ctx: Context, wish: Erasure): Promise<void> {
  await ctx.db.erasure.update({
    where: { id: wish.id },
    data: { state: 'done', traces: null, cursor: null, endedAt: ctx.now },
  })
  await showManagers(ctx, await ctx.db.erasure.findUniqueOrThrow({ where: { id: wish.id } }))
}

async function note(ctx: Context, wish: Erasure, data: { state?: string; nextAt?: Date; traces?: string }): Promise<void> {
  const after = await ctx.db.erasure.update({ where: { id: wish.id }, data })
  if (data.state !== 'erasing') await showManagers(ctx, after)
}

/** Wishes whose rows are forgotten and whose files still lie somewhere. */
export const bytesToGo = (ctx: Context): Promise<Pick<Erasure, 'id' | 'files'>[]> =>
  ctx.db.erasure.findMany({
    where: { programId: ctx.program.id, state: 'done', files: { isEmpty: false } },
    select: { id: true, files: true },
    take: 20,
  })

/** The bytes are removed. */
export async function bytesGone(ctx: Context, id: string): Promise<void> {
  await ctx.db.erasure.update({ where: { id }, data: { files: [] } })
}
