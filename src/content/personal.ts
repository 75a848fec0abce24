import type { Context } from '../context.ts'
import type { Forgotten, Section, Subject } from '../kernel/personal.ts'
import { running } from '../rights/personal.ts'
import { dropFiles } from './drop.ts'

const mine = (ctx: Context, { creatorIds }: Pick<Subject, 'creatorIds'>) => ({
  programId: ctx.program.id,
  creatorId: { in: creatorIds },
})

/** Content that somebody handed in, with every version of it, what was found in it, and its files. */
export async function personal(ctx: Context, subject: Subject): Promise<Section[]> {
  const submissions = await ctx.db.submission.findMany({ where: mine(ctx, subject), orderBy: { submittedAt: 'asc' } })
  const of = { programId: ctx.program.id, submissionId: { in: submissions.map(({ id }) => id) } }
  const revisions = await ctx.db.revision.findMany({ where: of })
  const pieces = await ctx.db.piece.findMany({ where: of })
  const verdicts = await ctx.db.verdict.findMany({ where: of })
  const rechecks = await ctx.db.recheck.findMany({ where: of })
  const uploads = await ctx.db.upload.findMany({
    where: { programId: of.programId, personId: { in: subject.personIds } },
    select: { id: true, name: true, fileId: true, state: true, createdAt: true },
  })
  return [
    {
      name: 'Content',
      about: 'what you handed in, and what was decided about it',
      until: 'while you are here',
      fate: 'deleted',
      rows: [...submissions, ...revisions, ...pieces, ...verdicts, ...rechecks, ...uploads],
      texts: [
        ...[...submissions, ...revisions].flatMap(({ caption, url, note }) => [caption, url, note]),
        ...submissions.flatMap(({ liveUrl, askedNote }) => [liveUrl, askedNote]),
        ...rechecks.map(({ caption }) => caption),
        ...pieces.map(({ url }) => url),
      ],
      fileIds: [...submissions, ...revisions, ...pieces, ...uploads].map(({ fileId }) => fileId),
    },
  ]
}

/**
 * Words, addresses and files go; that something was handed in, decided and paid stays. What stands under a licence that holds stays
 * whole until that ends; then the nightly sweep comes here again.
 */
export async function forget(ctx: Context, subject: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  const held = (await running(ctx, subject.creatorIds)).map(({ submissionId }) => submissionId)
  const where = { ...mine(ctx, subject), id: { notIn: held } }
  const ids = (await ctx.db.submission.findMany({ where, select: { id: true } })).map(({ id }) => id)
  const of = { programId, submissionId: { in: ids } }
  const files = await filesOf(ctx, subject, ids)
  await ctx.db.piece.deleteMany({ where: of })
  await ctx.db.recheck.deleteMany({ where: of })
  await ctx.db.$executeRaw`SELECT set_config('troupe.erasing', ${programId}, true)`
  await ctx.db.$executeRaw`
    UPDATE "Revision" SET url = NULL, "fileId" = NULL, caption = '', note = NULL
    WHERE "programId" = ${programId} AND "submissionId" = ANY(${ids}) AND (caption <> '' OR num_nonnulls(url, "fileId", note) > 0)`
  await ctx.db.$executeRaw`
    UPDATE "Verdict" SET findings = '[]', reason = NULL
    WHERE "programId" = ${programId} AND "submissionId" = ANY(${ids}) AND (findings <> '[]' OR reason IS NOT NULL)`
  const open = ['submitted', 'changes_requested']
  await ctx.db.submission.updateMany({ where: { ...where, state: { in: open } }, data: { state: 'withdrawn' } })
  await ctx.db.submission.updateMany({ where: { ...where, state: 'live' }, data: { state: 'measured' } })
  const words = { caption: '', url: null, fileId: null, liveUrl: null, hook: null, note: null, askedNote: null }
  const nothing = { ...words, takenBy: null, takenUntil: null }
  await ctx.db.submission.updateMany({ where, data: nothing })
  // The page ends now; the sweep of uploads takes it away with whatever came of its file.
  const pages = { programId, personId: { in: subject.personIds } }
  await ctx.db.upload.updateMany({ where: { ...pages, state: 'open' }, data: { expiresAt: ctx.now, name: null } })
  await ctx.db.upload.deleteMany({ where: { ...pages, state: { not: 'open' } } })
  const papers = await ctx.db.paper.findMany({ where: mine(ctx, subject) })
  const kept = papers.filter(({ what }) => held.length > 0 && what.startsWith('licence ')).map(({ fileId }) => fileId)
  const gone = papers.map(({ fileId }) => fileId).filter((id) => !kept.includes(id))
  await ctx.db.paper.deleteMany({ where: { programId, fileId: { in: gone } } })
  return { files: await dropFiles(ctx, [...files, ...gone]) }
}

async function filesOf(ctx: Context, { personIds, creatorIds }: Subject, submissionIds: string[]): Promise<string[]> {
  const of = { programId: ctx.program.id, submissionId: { in: submissionIds }, fileId: { not: null } }
  const rows = [
    ...(await ctx.db.revision.findMany({ where: of, select: { fileId: true } })),
    ...(await ctx.db.piece.findMany({ where: of, select: { fileId: true } })),
    ...(await ctx.db.submission.findMany({
      where: { programId: of.programId, id: { in: submissionIds }, fileId: { not: null } },
      select: { fileId: true },
    })),
    ...(await ctx.db.upload.findMany({
      where: { programId: of.programId, personId: { in: personIds }, fileId: { not: null } },
      select: { fileId: true },
    })),
  ]
  // The picture of a link is called by it.
  const links = await ctx.db.link.findMany({
    where: { programId: of.programId, creatorId: { in: creatorIds } },
    select: { slug: true },
  })
  const drawn = await ctx.db.file.findMany({
    where: { programId: of.programId, name: { in: links.map(({ slug }) => `qr-${slug}.png`) } },
    select: { id: true },
  })
  return [...new Set([...rows.flatMap(({ fileId }) => fileId ?? []), ...drawn.map(({ id }) => id)])]
}
