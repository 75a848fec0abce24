/** Content with licences, told in a few verbs. */
import { randomBytes } from 'node:crypto'
import type { Persona } from './chat.ts'
import type { World } from './world.ts'

/** Approved content of a creator, with a stored picture behind it. */
export async function approvedContent(w: World, creator: Persona, given: { kind?: string; state?: string } = {}) {
  return w.within(async (ctx) => {
    const id = ctx.id('submission')
    const sha256 = randomBytes(32).toString('hex')
    const file = ctx.id('file')
    const owner = { programId: ctx.program.id, createdAt: ctx.now }
    await ctx.db.file.create({ data: { ...owner, id: file, sha256, mime: 'image/png', bytes: 10, name: 'shelf.png' } })
    await ctx.db.submission.create({
      data: {
        ...owner,
        id,
        creatorId: creator.creatorId,
        kind: given.kind ?? 'post',
        state: given.state ?? 'approved',
        url: `https://instagram.com/p/${id.slice(-6)}`,
        fileId: file,
        caption: 'My shelf',
        submittedAt: ctx.now,
        decidedAt: ctx.now,
        toldAt: ctx.now,
      },
    })
    return { id, sha256 }
  })
}

/** The licence of content that was asked for last. */
export const lastGrant = (w: World, submissionId: string) =>
  w.within((ctx) => ctx.db.grant.findFirstOrThrow({ where: { submissionId }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))

/** Approved content of `creator` that `manager` asked for and `creator` signed. */
export async function licensed(
  w: World,
  manager: Persona,
  creator: Persona,
  asked: Record<string, string> = { channels: 'website', term: '90 days' },
) {
  const { id: submission, sha256 } = await approvedContent(w, creator)
  await manager.run('rights request', { submission, ...asked })
  const { id: grant } = await lastGrant(w, submission)
  await creator.run('rights sign', { grant, round: '1' })
  return { submission, sha256, grant }
}

/** Licensed content whose file is really stored, so that it can be shown. */
export async function pictured(
  w: World,
  manager: Persona,
  creator: Persona,
  {
    asked,
    bytes,
    name = 'shelf.png',
    ...given
  }: { asked?: Record<string, string>; bytes: Uint8Array; name?: string; caption?: string; kind?: string; liveUrl?: string },
) {
  const { id: submission } = await approvedContent(w, creator)
  await w.within(async (ctx) => {
    const { id: fileId } = await ctx.store(bytes, name)
    await ctx.db.submission.update({ where: { id: submission }, data: { fileId, ...given } })
  })
  if (asked) {
    await manager.run('rights request', { submission, ...asked })
    const { id: grant } = await lastGrant(w, submission)
    await creator.run('rights sign', { grant, round: '1' })
  }
  return submission
}
