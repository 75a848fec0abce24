// The conditions under every licence: numbered texts that are never edited. A licence keeps the one it was signed under.
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { RightsTerms } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { policyOf } from '../programs/rules.ts'
import { firstTerms } from './rules-words.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The conditions as they are now; a program begins with ours. */
export async function currentTerms(ctx: Context): Promise<RightsTerms> {
  const programId = ctx.program.id
  const newest = { where: { programId }, orderBy: { version: 'desc' as const } }
  const found = await ctx.db.rightsTerms.findFirst(newest)
  if (found) return found
  const text = firstTerms(ctx.program.name, policyOf(ctx.program).takedownDays)
  const row = { id: ctx.id('terms'), programId, version: 1, text, hash: sha256(text), publishedAt: ctx.now }
  await ctx.db.rightsTerms.createMany({ data: row, skipDuplicates: true })
  return ctx.db.rightsTerms.findFirstOrThrow(newest)
}

export const termsById = (ctx: Context, id: string): Promise<RightsTerms> =>
  ctx.db.rightsTerms.findFirstOrThrow({ where: { programId: ctx.program.id, id } })

/** Publishes a new version. Licences signed before keep theirs, and offers on the table too. Refusal conflict for the same text. */
export async function publishRights(ctx: Context, typed: string): Promise<RightsTerms> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`rights terms ${ctx.program.id}`}, 0))`
  const before = await currentTerms(ctx)
  const text = typed.replace(/\r\n?/g, '\n').trim()
  if (text === before.text)
    throw new Refusal('conflict', `This is the text of version ${before.version} already.`, 'Change it first.', 'text')
  return ctx.db.rightsTerms.create({
    data: {
      id: ctx.id('terms'),
      programId: ctx.program.id,
      version: before.version + 1,
      text,
      hash: sha256(text),
      publishedBy: ctx.actor.personId,
      publishedAt: ctx.now,
    },
  })
}
