import type { Context } from '../context.ts'
import { Refusal } from '../kernel/refusal.ts'
import { creatorOf } from './service.ts'

export type NoteView = { at: Date; by: string; words: string }

/** Keeps what a manager wants the team to know about a creator; creators never see it. */
export async function addNote(ctx: Context, creatorId: string, words: string): Promise<void> {
  const creator = await creatorOf(ctx, creatorId)
  await ctx.db.note.create({
    data: {
      id: ctx.id('note'),
      programId: ctx.program.id,
      creatorId: creator.id,
      personId: ctx.actor.personId,
      words,
      createdAt: ctx.now,
    },
  })
}

/** The five newest notes on a creator. */
export async function notesOf(ctx: Context, creatorId: string): Promise<NoteView[]> {
  const rows = await ctx.db.note.findMany({
    where: { programId: ctx.program.id, creatorId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 5,
  })
  const members = await ctx.db.membership.findMany({
    where: { programId: ctx.program.id, personId: { in: rows.map((row) => row.personId) } },
    select: { personId: true, name: true },
  })
  return rows.map(({ createdAt, personId, words }) => ({
    at: createdAt,
    by: members.find((member) => member.personId === personId)?.name ?? 'Troupe',
    words,
  }))
}

const MOST = 20

/** Puts tags on creators and takes others off; gives how many creators were changed. */
export async function retag(ctx: Context, creatorIds: string[], change: { add?: string[]; remove?: string[] }): Promise<number> {
  const { add = [], remove = [] } = change
  const rows = await ctx.db.$queryRaw<{ tags: string[] }[]>`
    UPDATE "Creator" c SET tags = wanted.tags FROM (
      SELECT id, coalesce(ARRAY(SELECT DISTINCT tag FROM unnest(tags || ${add}::text[]) AS tag WHERE tag <> ALL(${remove}::text[]) ORDER BY tag), '{}') AS tags
      FROM "Creator" WHERE "programId" = ${ctx.program.id} AND id = ANY(${creatorIds}) ORDER BY id FOR NO KEY UPDATE) wanted
    WHERE c.id = wanted.id AND c.tags IS DISTINCT FROM wanted.tags RETURNING c.tags`
  if (rows.some((row) => row.tags.length > MOST))
    throw new Refusal('over_limit', `A creator has at most ${MOST} tags.`, 'Take some off first.', 'add')
  return rows.length
}

/** The tags and tiers in use that begin with what was typed. */
export async function suggestTags(ctx: Context, typed: string): Promise<{ label: string; value: string }[]> {
  const rows = await ctx.db.$queryRaw<{ tag: string }[]>`
    SELECT DISTINCT tag FROM (
      SELECT unnest(tags) AS tag FROM "Creator" WHERE "programId" = ${ctx.program.id}
      UNION SELECT tier FROM "Creator" WHERE "programId" = ${ctx.program.id} AND tier IS NOT NULL) known
    WHERE starts_with(lower(tag), ${typed.trim().toLowerCase()}) ORDER BY tag LIMIT 25`
  return rows.map(({ tag }) => ({ label: tag, value: tag }))
}
