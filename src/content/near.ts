/** The same content again: byte for byte, or a picture that looks the same. */
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  divider,
  image,
  link,
  moment,
  paragraph,
  person,
  text,
  toned,
} from '../kernel/card.ts'
import { submissionOf } from './queries.ts'

/** Of 64 bits; the same picture saved anew differs in up to about six, two others in about thirty. */
const NEAR_BITS = 8

export type Near = {
  submissionId: string
  fileId: string
  /** 0 where the bytes are the same. */
  bits: number
  same: boolean
  creatorId: string
  personId: string
  name: string
  at: Date
  state: string
}

/** Whose file it is. */
type Of = { id: string; creatorId: string }

type Row = Omit<Near, 'bits' | 'same' | 'name'> & { bits: number; name: string }

/**
 * Submissions that hold the same file or one that looks alike, nearest first, at most ten. `of` is the submission that is
 * looked at: it does not count itself, nor what its creator withdrew. What others withdrew counts.
 */
export async function nearDuplicates(ctx: Context, fileId: string, of: Of = { id: '', creatorId: '' }): Promise<Near[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<Row[]>`
    WITH mine AS (SELECT look FROM "Media" WHERE "fileId" = ${fileId} AND "programId" = ${programId}),
    alike AS MATERIALIZED (
      SELECT ${fileId} AS id, 0 AS bits
      UNION ALL
      SELECT m."fileId", bit_count((m.look # mine.look)::bit(64))::int FROM "Media" m, mine
      WHERE m."programId" = ${programId} AND m.look IS NOT NULL AND m."fileId" <> ${fileId}
        AND bit_count((m.look # mine.look)::bit(64)) <= ${NEAR_BITS}
      ORDER BY 2 LIMIT 50
    )
    SELECT * FROM (
      SELECT DISTINCT ON (s.id) s.id AS "submissionId", r."fileId", a.bits, c.id AS "creatorId", c."personId",
        mb.name, r.at, s.state
      FROM alike a
      JOIN (
        SELECT "programId", "submissionId", "fileId", at FROM "Revision" WHERE "programId" = ${programId} AND "fileId" IN (SELECT id FROM alike)
        UNION ALL
        SELECT p."programId", p."submissionId", p."fileId", s."submittedAt" FROM "Piece" p JOIN "Submission" s ON s.id = p."submissionId"
        WHERE p."programId" = ${programId} AND p."fileId" IN (SELECT id FROM alike)
      ) r ON r."fileId" = a.id
      JOIN "Submission" s ON s.id = r."submissionId" AND s."programId" = ${programId} AND s.id <> ${of.id}
        AND NOT (s.state = 'withdrawn' AND s."creatorId" = ${of.creatorId})
      JOIN "Creator" c ON c.id = s."creatorId"
      JOIN "Membership" mb ON mb."programId" = ${programId} AND mb."personId" = c."personId"
      ORDER BY s.id, a.bits, r.at
    ) found ORDER BY bits, at, "submissionId" LIMIT 10`
  return rows.map((row) => ({ ...row, same: row.fileId === fileId }))
}

const how = ({ same, bits }: Near): string =>
  same ? 'is the very same file as one that' : bits <= 3 ? 'looks the same as what' : 'looks much like what'

/** In #review, below the submission: that its file was seen before, and the button that shows both. */
function nearCard(submissionId: string, creator: { personId: string; name: string }, near: readonly Near[]): Card {
  const [first, ...more] = near
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  return toned(
    'warn',
    card(
      `Seen before: content of ${creator.name}`,
      first &&
        paragraph(
          text`What ${person(creator.personId, creator.name)} handed in ${how(first)} ${person(first.personId, first.name)} handed in ${moment(first.at)}${others}.`,
        ),
      buttons({ label: 'Compare', run: 'review duplicates', given: { submission: submissionId } }),
    ),
  )
}

/** Tells the reviewers when a file of a waiting submission was handed in before; says it once for each revision. */
export async function warnOfDuplicates(ctx: Context, submission: Submission): Promise<void> {
  if (submission.state !== 'submitted') return
  const near: Near[] = []
  for (const fileId of await filesOf(ctx, submission)) near.push(...(await nearDuplicates(ctx, fileId, submission)))
  if (near.length === 0) return
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: submission.creatorId } })
  const nearest = near
    .toSorted((a, b) => a.bits - b.bits)
    .filter((one, i, all) => all.findIndex((o) => o.submissionId === one.submissionId) === i)
  const key = `near:${submission.id}:${submission.revision}`
  await ctx.show({ channel: 'review' }, key, nearCard(submission.id, creator, nearest))
}

/** The same for every waiting submission that holds a file which was just looked at. */
export async function warnAbout(ctx: Context, fileId: string): Promise<void> {
  const programId = ctx.program.id
  const pieces = await ctx.db.piece.findMany({ where: { programId, fileId }, select: { submissionId: true } })
  const where = { programId, state: 'submitted', OR: [{ fileId }, { id: { in: pieces.map((piece) => piece.submissionId) } }] }
  for (const submission of await ctx.db.submission.findMany({ where, take: 20 })) await warnOfDuplicates(ctx, submission)
}

/** The files of its present revision, each once. */
async function filesOf(ctx: Context, submission: Submission): Promise<string[]> {
  const where = { programId: ctx.program.id, submissionId: submission.id, revision: submission.revision, fileId: { not: null } }
  const pieces = await ctx.db.piece.findMany({ where, orderBy: { position: 'asc' } })
  return [...new Set([submission.fileId, ...pieces.map((piece) => piece.fileId)])].filter((id) => id !== null)
}

/** Both pictures below one another, with who and when; the nearest three. */
export async function duplicatesCard(ctx: Context, submissionId: string): Promise<Card> {
  const submission = await submissionOf(ctx, submissionId)
  const files = (await filesOf(ctx, submission)).slice(0, 4)
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: submission.creatorId } })
  const blocks: Block[] = []
  for (const file of files) {
    const near = (await nearDuplicates(ctx, file, submission)).slice(0, 3)
    if (near.length === 0) continue
    const who = text`${person(creator.personId, creator.name)} handed this in ${moment(submission.submittedAt, 'time')}:`
    blocks.push(...(blocks.length > 0 ? [divider] : []), paragraph(who), ...shownFile(ctx, file, 'What is looked at'))
    for (const one of near)
      blocks.push(
        paragraph(
          text`It ${how(one)} ${person(one.personId, one.name)} handed in ${moment(one.at, 'time')} (${says(one.state)}):`,
        ),
        ...shownFile(ctx, one.fileId, `What ${one.name} handed in`),
      )
  }
  if (blocks.length === 0) return card('Nothing like it', 'Nobody handed in this file, or one that looks like it, before.')
  const given = { submission: submission.id }
  const open = ['submitted', 'changes_requested'].includes(submission.state)
  return toned(
    'warn',
    card(
      'Side by side',
      ...blocks,
      open &&
        buttons({
          label: 'Turn down as duplicate',
          run: 'review reject',
          given: { ...given, reason: 'duplicate' },
          look: 'danger',
        }),
    ),
  )
}

const shownFile = (ctx: Context, file: string, alt: string): Block[] => [
  image({ file }, alt),
  paragraph([link('Open in full', ctx.url(`/media/${file}`))]),
]

const says = (state: string): string => state.replaceAll('_', ' ')
