// What is done with many creators at once: shown first with how many are meant, then done once, by the person it was shown to.
import type { Context } from '../context.ts'
import type { Bulk, Creator } from '../db/generated/client.ts'
import { card, paragraph, small } from '../kernel/card.ts'
import { Refusal } from '../kernel/refusal.ts'
import { hours } from '../kernel/time.ts'
import { withoutAccount } from './invites.ts'
import { retag } from './notes.ts'
import { hasGoneSince } from './rules-standing.ts'
import { pause } from './standing.ts'

export type Act = 'tag' | 'message' | 'invite' | 'pause'

/** Whoever is paused gets two cards, a message is one: all of it happens in one transaction, which has its time limit. */
const most: Record<Act, number> = { tag: 5_000, message: 1_000, pause: 300, invite: 5_000 }
const GOOD_HOURS = 24

export type Plan = { bulk: Bulk; meant: number; without: number }

/** Fixes what is to be done with whom; `words` is the message or the tags. Refuses nobody and too many. */
export async function planBulk(ctx: Context, act: Act, creatorIds: string[], words = ''): Promise<Plan> {
  if (creatorIds.length === 0) throw new Refusal('invalid', 'Nobody fits this filter.', 'Choose another one in /creator list.')
  if (creatorIds.length > most[act])
    throw new Refusal('over_limit', `These are more than ${most[act]} creators.`, 'Narrow the filter down and do it in parts.')
  const bulk = await ctx.db.bulk.create({
    data: {
      id: ctx.id('bulk'),
      programId: ctx.program.id,
      personId: ctx.actor.personId,
      act,
      words,
      creators: creatorIds,
      createdAt: ctx.now,
    },
  })
  return { bulk, meant: creatorIds.length, without: (await withoutAccount(ctx, creatorIds)).length }
}

/** Takes up what was planned, once; who planned it is the only one who may. */
export async function takeBulk(ctx: Context, bulkId: string): Promise<Bulk> {
  const own = { id: bulkId, programId: ctx.program.id, personId: ctx.actor.personId }
  const { count } = await ctx.db.bulk.updateMany({
    where: { ...own, doneAt: null, createdAt: { gt: hours(ctx.now, -GOOD_HOURS) } },
    data: { doneAt: ctx.now },
  })
  const bulk = await ctx.db.bulk.findFirst({ where: own })
  if (!bulk) throw new Refusal('not_found', 'This was not planned by you.', 'Begin again in /creator list.')
  if (count === 0)
    throw new Refusal('too_late', 'This was done already, or was planned more than a day ago.', 'Begin again in /creator list.')
  return bulk
}

/** Does what was planned; `done` counts those for whom something changed. */
export async function carryOut(ctx: Context, bulkId: string): Promise<{ bulk: Bulk; done: number }> {
  const bulk = await takeBulk(ctx, bulkId)
  if (bulk.act === 'tag') return { bulk, done: await retag(ctx, bulk.creators, { add: bulk.words.split(',') }) }
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: bulk.creators }, mergedInto: null },
    orderBy: { id: 'asc' },
  })
  if (bulk.act === 'pause') return { bulk, done: await pauseAll(ctx, creators) }
  if (bulk.act === 'message') return { bulk, done: await writeToAll(ctx, bulk, creators) }
  throw new Error(`Nothing is known to do for ${bulk.act}`)
}

/** Whoever is no longer approved by now is passed over. */
async function pauseAll(ctx: Context, creators: Creator[]): Promise<number> {
  const approved = creators.filter((creator) => creator.state === 'approved')
  for (const creator of approved) await pause(ctx, creator.id)
  return approved.length
}

async function writeToAll(ctx: Context, bulk: Bulk, creators: Creator[]): Promise<number> {
  const silent = new Set((await withoutAccount(ctx, bulk.creators)).map((creator) => creator.id))
  // Whoever was out already was meant by name.
  const reached = creators.filter((creator) => !silent.has(creator.id) && !hasGoneSince(creator, bulk.createdAt))
  const message = messageCard(ctx.program.name, ctx.actor.name, bulk.words)
  for (const creator of reached) await ctx.show({ person: creator.personId }, `bulk:${bulk.id}`, message, { unasked: true })
  return reached.length
}

/** A message to many, as each of them reads it. */
export const messageCard = (program: string, from: string, words: string) =>
  card(`News from ${program}`, ...words.split(/\n+/).map((line) => paragraph([line])), small([`${from}, for the team`]))
