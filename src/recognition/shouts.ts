import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Shout } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { atLeast } from '../people/service.ts'
import { publicName } from './cards.ts'
import { askedShoutCard, declinedShoutCard, shoutCard, toldShoutCard } from './cards-shouts.ts'
import { creatorsOf } from './queries.ts'
import { nameOn } from './rules.ts'

export type Wish = { kind: 'shoutout' | 'feature'; creatorId?: string | undefined; words: string; url?: string | undefined }

const MOST_OPEN = 3

/** Asks the brand to say something good in #wins, of oneself or of a peer, or to be shown by it. Managers decide. */
export async function askShout(ctx: Context<'creator'>, wish: Wish): Promise<Shout> {
  const programId = ctx.program.id
  const creatorId = wish.creatorId ?? ctx.actor.creatorId
  const about = (await creatorsOf(ctx, [{ creatorId }])).get(creatorId)
  if (about?.state !== 'approved')
    throw new Refusal('not_found', 'This is no active creator of the program.', 'Pick one from the list.', 'creator')
  if (nameOn(about) === null)
    throw new Refusal(
      'not_allowed',
      creatorId === ctx.actor.creatorId ? 'You chose to be named nowhere.' : 'This creator is named nowhere.',
      creatorId === ctx.actor.creatorId ? 'Choose a name or an alias in /settings first.' : 'Thank them with /kudos instead.',
      'creator',
    )
  const open = { programId, askedBy: ctx.actor.creatorId, state: 'asked' }
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`shouts ${ctx.actor.creatorId}`}, 0))`
  if ((await ctx.db.shout.count({ where: open })) >= MOST_OPEN)
    throw new Refusal('over_limit', `${MOST_OPEN} of your wishes wait for an answer.`, 'Ask again when one is decided.')
  const { kind, words } = wish
  const row = { id: ctx.id('shout'), programId, kind, creatorId, askedBy: ctx.actor.creatorId, words, url: wish.url ?? null }
  const shout = await ctx.db.shout.create({ data: { ...row, state: 'asked', createdAt: ctx.now } })
  await ctx.show({ channel: 'managers' }, `shout:${shout.id}`, askedShoutCard(shout, ctx.actor.name, about.name))
  return shout
}

/** Says in #wins that the brand features somebody, for what was promised to them; false where they are named nowhere. */
export async function featureNow(
  ctx: Context,
  { creatorId, words, url }: { creatorId: string; words: string; url: string | null },
): Promise<boolean> {
  const known = await creatorsOf(ctx, [{ creatorId }])
  const about = known.get(creatorId)
  if (!about || nameOn(about) === null) return false
  const row = { id: ctx.id('shout'), programId: ctx.program.id, kind: 'feature', creatorId, askedBy: creatorId, words, url }
  const decided = { state: 'approved', decidedBy: ctx.actor.personId, decidedAt: ctx.now, createdAt: ctx.now }
  const shout = await ctx.db.shout.create({ data: { ...row, ...decided } })
  await ctx.show({ channel: 'wins' }, `shout:${shout.id}`, shoutCard(shout, publicName(known, creatorId)))
  return true
}

/** A manager says yes: it stands in #wins by the name its creator goes by. */
export async function approveShout(ctx: Context, shoutId: string): Promise<Shout> {
  const before = await waiting(ctx, shoutId)
  const known = await creatorsOf(ctx, [before])
  const about = known.get(before.creatorId)
  if (about?.state !== 'approved')
    throw new Refusal('conflict', 'This creator is not active in the program now.', 'Decline it; they may ask again.', 'shout')
  if (nameOn(about) === null)
    throw new Refusal('conflict', 'This creator is named nowhere by now.', 'Decline it; they may ask again.', 'shout')
  const shout = await decide(ctx, before, 'approved', null)
  await ctx.show({ channel: 'wins' }, `shout:${shout.id}`, shoutCard(shout, publicName(known, shout.creatorId)))
  return shout
}

export const declineShout = async (ctx: Context, shoutId: string, why: string): Promise<Shout> =>
  decide(ctx, await waiting(ctx, shoutId), 'declined', why)

async function decide(ctx: Context, before: Shout, state: 'approved' | 'declined', why: string | null): Promise<Shout> {
  const data = { state, why, decidedBy: ctx.actor.personId, decidedAt: ctx.now }
  const shout = await ctx.db.shout.update({ where: { id: before.id }, data })
  const known = await creatorsOf(ctx, [{ creatorId: shout.creatorId }, { creatorId: shout.askedBy }])
  const [about, asker] = [known.get(shout.creatorId), known.get(shout.askedBy)]
  await ctx.show({ channel: 'managers' }, `shout:${shout.id}`, askedShoutCard(shout, asker?.name ?? '', about?.name ?? ''))
  if (asker)
    await ctx.show(
      { person: asker.personId },
      `shout:${shout.id}`,
      state === 'approved' ? toldShoutCard(shout, true) : declinedShoutCard(shout),
      { unasked: 'decision' },
    )
  if (about && about.id !== asker?.id && state === 'approved')
    await ctx.show({ person: about.personId }, `shout:${shout.id}`, toldShoutCard(shout, false), { unasked: true })
  return shout
}

/** What somebody who is in the program no longer had asked for: nobody answers it, and managers need not. */
export async function withdrawShouts(ctx: Context, creatorId: string): Promise<void> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Shout" WHERE "programId" = ${programId} AND "askedBy" = ${creatorId} AND state = 'asked' ORDER BY id FOR UPDATE`
  for (const { id } of rows) {
    const data = { state: 'declined', decidedAt: ctx.now, why: 'Whoever asked for it is in the program no longer.' }
    const shout = await ctx.db.shout.update({ where: { id }, data })
    const known = await creatorsOf(ctx, [{ creatorId }, shout])
    const [about, asker] = [known.get(shout.creatorId), known.get(creatorId)]
    await ctx.show({ channel: 'managers' }, `shout:${id}`, askedShoutCard(shout, asker?.name ?? '', about?.name ?? ''))
  }
}

async function waiting(ctx: Context, shoutId: string): Promise<Shout> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`SELECT id FROM "Shout" WHERE id = ${shoutId} AND "programId" = ${programId} FOR UPDATE`
  const shout = await ctx.db.shout.findFirst({ where: { id: shoutId, programId } })
  if (!shout) throw new Refusal('not_found', 'There is no such wish.', 'See /shoutout list.', 'shout')
  if (shout.state !== 'asked') throw new Refusal('conflict', `It is ${shout.state} already.`, 'See /shoutout list.', 'shout')
  return shout
}

/** What waits, for managers; for creators what they asked for. */
export async function shouts(ctx: Context): Promise<{ rows: (Shout & { name: string })[]; manager: boolean }> {
  const manager = atLeast(ctx.actor.role, 'manager')
  const programId = ctx.program.id
  const where = manager ? { programId, state: 'asked' } : { programId, askedBy: ctx.actor.creatorId ?? '' }
  const rows = await ctx.db.shout.findMany({ where, orderBy: { createdAt: manager ? 'asc' : 'desc' }, take: 20 })
  const known = await creatorsOf(ctx, rows)
  const named = rows.map((row) => {
    const creator = known.get(row.creatorId)
    return { ...row, name: (manager ? creator?.name : creator && nameOn(creator)) ?? 'a creator' }
  })
  return { rows: named, manager }
}

export async function suggestShouts(ctx: Context, typed: string): Promise<Suggestion[]> {
  const { rows } = await shouts(ctx)
  return rows
    .map((row) => ({ label: `${row.name}: ${row.words}`.slice(0, 90), value: row.id }))
    .filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()))
}
