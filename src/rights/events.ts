import type { Context } from '../context.ts'
import type { Prisma } from '../db/generated/client.ts'
import { sha256 } from './terms.ts'

export type Asset = { kind: 'file'; id: string; sha256: string } | { kind: 'url'; url: string }

export type Happening = {
  submissionId: string
  grantId?: string | undefined
  placementId?: string | undefined
  kind: string
  side: 'brand' | 'creator' | 'system'
  note?: string | null | undefined
  /** What was agreed to, word for word. */
  text?: string | undefined
  termsHash?: string | undefined
  assets?: Asset[] | undefined
  /** Somebody else than who acts now, or another time: the creator who accepted the brief earlier. */
  by?: { personId: string | null; platform: string | null; callId: string | null; locale: string; at: Date } | undefined
}

/** Keeps what was done, by whom, through which call, in which language and over which text. Gives the hash of the text. */
export async function record(ctx: Context, happening: Happening): Promise<string | null> {
  const { text, by, assets, note, ...rest } = happening
  const textHash = text === undefined ? null : sha256(text)
  const who = by ?? {
    personId: happening.side === 'system' ? null : ctx.actor.personId,
    platform: ctx.actor.platform ?? null,
    callId: ctx.actor.call ?? null,
    locale: ctx.actor.locale,
    at: ctx.now,
  }
  await ctx.db.rightsEvent.create({
    data: {
      id: ctx.id('event'),
      programId: ctx.program.id,
      ...rest,
      note: note ?? null,
      text: text ?? null,
      textHash,
      ...(assets === undefined ? {} : { assets: assets as unknown as Prisma.InputJsonValue }),
      ...who,
    },
  })
  return textHash
}

/** The content as it is now: the hash of each stored file, and the addresses. */
export async function assetsOf(ctx: Context, submissionId: string): Promise<Asset[]> {
  const programId = ctx.program.id
  const where = { programId, submissionId }
  const submission = await ctx.db.submission.findFirst({ where: { programId, id: submissionId } })
  if (!submission) return []
  const pieces = await ctx.db.piece.findMany({ where: { ...where, revision: submission.revision } })
  const rows = [submission, ...pieces]
  const ids = [...new Set(rows.flatMap(({ fileId }) => fileId ?? []))]
  const files = await ctx.db.file.findMany({ where: { programId, id: { in: ids } }, orderBy: { id: 'asc' } })
  const urls = [...new Set(rows.flatMap(({ url }) => url ?? []))]
  return [
    ...files.map(({ id, sha256 }): Asset => ({ kind: 'file', id, sha256 })),
    ...urls.map((url): Asset => ({ kind: 'url', url })),
  ]
}
