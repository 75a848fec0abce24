/** Ready answers: what managers often write when they ask for changes. */
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Reply } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'

const MOST = 25

export const repliesOf = (ctx: Context): Promise<Reply[]> =>
  ctx.db.reply.findMany({ where: { programId: ctx.program.id }, orderBy: { title: 'asc' } })

/** Keeps a ready answer under its title; the same title again changes its words, and no words remove it. */
export async function keepReply(ctx: Context, title: string, words: string | undefined): Promise<void> {
  const programId = ctx.program.id
  if (words === undefined) {
    const { count } = await ctx.db.reply.deleteMany({ where: { programId, title } })
    if (count === 0)
      throw new Refusal('not_found', `There is no ready answer called “${title}”.`, 'Give words to make one.', 'words')
    return
  }
  const where = { programId_title: { programId, title } }
  const before = await ctx.db.reply.findUnique({ where })
  // A list that no menu can show is no help.
  if (!before && (await ctx.db.reply.count({ where: { programId } })) >= MOST)
    throw new Refusal(
      'over_limit',
      `There are ${MOST} ready answers already.`,
      'Remove one first: give its title and no words.',
      'title',
    )
  const create = { id: ctx.id('reply'), programId, title, words, createdBy: ctx.actor.personId, createdAt: ctx.now }
  await ctx.db.reply.upsert({ where, create, update: { words } })
}

/** A ready answer, words of one's own, or both below each other; undefined when there is neither. Refusal not_found for one that is gone. */
export async function wordsFrom(
  ctx: Context,
  note: string | undefined,
  replyId: string | undefined,
): Promise<string | undefined> {
  const reply = replyId ? await ctx.db.reply.findFirst({ where: { id: replyId, programId: ctx.program.id } }) : null
  if (replyId && !reply) throw new Refusal('not_found', 'This ready answer is gone.', 'Pick another, or write a note.', 'reply')
  const parts = [reply?.words, note].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join('\n')
}

/** What a manager asks for. Refusal invalid when it says nothing. */
export async function noteFrom(ctx: Context, note: string | undefined, replyId: string | undefined): Promise<string> {
  const words = (await wordsFrom(ctx, note, replyId)) ?? ''
  if (words.length < 5)
    throw new Refusal(
      'invalid',
      'The note must have at least 5 characters.',
      'Say what to change, or pick a ready answer.',
      'note',
    )
  return words
}

/** Ready answers whose title holds what was typed, for autocomplete. */
export async function suggestReplies(ctx: Context, typed: string): Promise<Suggestion[]> {
  const rows = await repliesOf(ctx)
  return rows
    .filter(({ title }) => title.toLowerCase().includes(typed.toLowerCase()))
    .map(({ id, title }) => ({ label: title, value: id }))
}
