import type { Context } from '../context.ts'
import type { NetworkKey } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { ownerOf } from '../ledger/owners.ts'
import { readKey } from './rules-network.ts'

/** Whose key of a network this is (a tracking id, a partner key); null when nobody has it. */
export async function creatorByKey(ctx: Context, source: string, key: string): Promise<string | null> {
  const found = await ctx.db.networkKey.findUnique({
    where: { programId_source_key: { programId: ctx.program.id, source, key: key.trim().replace(/^@/, '').toLowerCase() } },
    select: { creatorId: true },
  })
  return found?.creatorId ?? null
}

/** All keys of a network that somebody has. */
export async function keysOfNetwork(ctx: Context, source: string): Promise<Set<string>> {
  const rows = await ctx.db.networkKey.findMany({ where: { programId: ctx.program.id, source }, select: { key: true } })
  return new Set(rows.map((row) => row.key))
}

/** A creator's keys, oldest first; of one network when it is named. */
export function networkKeysOf(ctx: Context, creatorId: string, source?: string): Promise<NetworkKey[]> {
  return ctx.db.networkKey.findMany({
    where: { programId: ctx.program.id, creatorId, ...(source === undefined ? {} : { source }) },
    orderBy: [{ source: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
  })
}

/** Gives a creator a key of a network. Refuses one that another creator has; the same again changes nothing. */
export async function giveKey(ctx: Context, creatorId: string, source: string, typed: string): Promise<void> {
  const key = readKey(source, typed)
  const owner = await ownerOf(ctx, creatorId)
  const row = { id: ctx.id('key'), programId: ctx.program.id, source, key, creatorId: owner, createdAt: ctx.now }
  const { count } = await ctx.db.networkKey.createMany({ data: row, skipDuplicates: true })
  const has = count === 1 ? owner : await creatorByKey(ctx, source, key)
  if (has === owner) return
  const other = await ctx.db.creator.findFirst({ where: { programId: ctx.program.id, id: has ?? '' }, select: { name: true } })
  throw new Refusal('conflict', `${key} belongs to ${other?.name ?? 'another creator'}.`, 'Take it from them first.', 'key')
}

/** Takes a key from a creator; what was reported under it stays theirs. Refusal not_found when they don't have it. */
export async function takeKey(ctx: Context, creatorId: string, source: string, typed: string): Promise<void> {
  const where = { programId: ctx.program.id, creatorId, source, key: readKey(source, typed) }
  const { count } = await ctx.db.networkKey.deleteMany({ where })
  if (count === 0) throw new Refusal('not_found', `This creator does not have ${where.key}.`, 'Look at their keys first.', 'key')
}
