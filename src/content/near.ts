/** The same content again: byte for byte, or a picture that looks the same. */
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  divider,
  image,
  link,
  moment,
  paragraph,
  person,
  type Text,
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

/** What a customer sent that holds the same file or one that looks alike. */
export type NearEntry = { shareId: string; fileId: string; bits: number; same: boolean; name: string; at: Date; state: string }

/**
 * Entries of customers with the same file or one that looks alike, nearest first, at most five; not the entry `except`. What was
 * deleted has no file any more. The bytes of a file are kept once in a program, so the same file has the same id.
 */
async function nearEntries(ctx: Context, fileId: string, except = ''): Promise<NearEntry[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<(Omit<NearEntry, 'same'> & { fileId: string })[]>`
    SELECT s.id AS "shareId", s."fileId", coalesce(bit_count((m.look # mine.look)::bit(64)), 0)::int AS bits, s.name, s."submittedAt" AS at, s.state
    FROM "Share" s LEFT JOIN "Media" m ON m."fileId" = s."fileId" AND m."programId" = ${programId}
    LEFT JOIN "Media" mine ON mine."fileId" = ${fileId} AND mine."programId" = ${programId}
    WHERE s."programId" = ${programId} AND s.id <> ${except} AND s."submittedAt" IS NOT NULL AND s."erasedAt" IS NULL
      AND (s."fileId" = ${fileId}
        OR (m.look IS NOT NULL AND mine.look IS NOT NULL AND bit_count((m.look # mine.look)::bit(64)) <= ${NEAR_BITS}))
    ORDER BY 3, s."submittedAt", s.id LIMIT 5`
  return rows.map((row) => ({ ...row, same: row.fileId === fileId }))
}

const how = ({ same, bits }: Pick<Near, 'same' | 'bits'>): string =>
  same ? 'is the very same file as one that' : bits <= 3 ? 'looks the same as what' : 'looks much like what'

type Who = { personId: string; name: string }
/** Content of creators and entries of customers, as one list. */
type Alike = { id: string; by: Text; did: string } & Pick<Near, 'fileId' | 'bits' | 'same' | 'at' | 'state'>

const ofCreator = (one: Near): Alike => ({ ...one, id: one.submissionId, by: [person(one.personId, one.name)], did: 'handed in' })
const ofCustomer = (one: NearEntry): Alike => ({ ...one, id: one.shareId, by: text`${one.name}, a customer,`, did: 'sent' })

/** All that looks like a file, nearest first. */
async function alikes(ctx: Context, fileId: string, of: Of, entry?: string): Promise<Alike[]> {
  const near = (await nearDuplicates(ctx, fileId, of)).map(ofCreator)
  return [...near, ...(await nearEntries(ctx, fileId, entry)).map(ofCustomer)].sort((a, b) => a.bits - b.bits)
}

/** In #review, below the submission: that its file was seen before, and the button that shows both. */
function nearCard(submissionId: string, creator: Who, near: readonly Alike[]): Card {
  const [first, ...more] = near
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  return toned(
    'warn',
    card(
      `Seen before: content of ${creator.name}`,
      first &&
        paragraph(
          text`What ${person(creator.personId, creator.name)} handed in ${how(first)} ${first.by} ${first.did} ${moment(first.at)}${others}.`,
        ),
      buttons({ label: 'Compare', run: 'review duplicates', given: { submission: submissionId } }),
    ),
  )
}

/** Tells the reviewers when a file of a waiting submission was handed in before; says it once for each revision. */
export async function warnOfDuplicates(ctx: Context, submission: Submission): Promise<void> {
  if (submission.state !== 'submitted') return
  const near: Alike[] = []
  for (const fileId of await filesOf(ctx, submission)) near.push(...(await alikes(ctx, fileId, submission)))
  if (near.length === 0) return
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: submission.creatorId } })
  const nearest = near.toSorted((a, b) => a.bits - b.bits).filter((one, i, all) => all.findIndex((o) => o.id === one.id) === i)
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

/** Both pictures below one another, with who and when; the nearest three of creators and customers. */
export async function duplicatesCard(ctx: Context, submissionId: string): Promise<Card> {
  const submission = await submissionOf(ctx, submissionId)
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: submission.creatorId } })
  const who = text`${person(creator.personId, creator.name)} handed this in ${moment(submission.submittedAt, 'time')}:`
  const blocks: Block[] = []
  for (const file of (await filesOf(ctx, submission)).slice(0, 4)) {
    const shown = sideBySide(ctx, file, who, await alikes(ctx, file, submission))
    blocks.push(...(blocks.length > 0 && shown.length > 0 ? [divider] : []), ...shown)
  }
  const open = ['submitted', 'changes_requested'].includes(submission.state)
  return besideCard(
    blocks,
    open && {
      label: 'Turn down as duplicate',
      run: 'review reject',
      given: { submission: submission.id, reason: 'duplicate' },
      look: 'danger',
    },
  )
}

/** The same for what a customer sent, whose words come with the call. */
export const entryDuplicates = async (
  ctx: Context,
  { id, fileId, who, decide }: { id: string; fileId: string | null; who: Text; decide: Button | false },
): Promise<Card> =>
  besideCard(
    fileId === null ? [] : sideBySide(ctx, fileId, who, await alikes(ctx, fileId, { id: '', creatorId: '' }, id)),
    decide,
  )

function sideBySide(ctx: Context, file: string, who: Text, near: Alike[]): Block[] {
  if (near.length === 0) return []
  return [
    paragraph(who),
    ...shownFile(ctx, file, 'What is looked at'),
    ...near.slice(0, 3).flatMap((one): Block[] => {
      // A customer who took it back has not agreed to its being shown, not even here.
      const back = one.did === 'sent' && one.state === 'withdrawn'
      const line = text`It ${how(one)} ${one.by} ${one.did} ${moment(one.at, 'time')} (${back ? 'taken back, so not shown' : says(one.state)})${back ? '.' : ':'}`
      return [paragraph(line), ...(back ? [] : shownFile(ctx, one.fileId, 'What was there before'))]
    }),
  ]
}

const besideCard = (blocks: Block[], decide: Button | false): Card =>
  blocks.length === 0
    ? card('Nothing like it', 'Nobody handed in this file, or one that looks like it, before.')
    : toned('warn', card('Side by side', ...blocks, decide && buttons(decide)))

const shownFile = (ctx: Context, file: string, alt: string): Block[] => [
  image({ file }, alt),
  paragraph([link('Open in full', ctx.url(`/media/${file}`))]),
]

const says = (state: string): string => state.replaceAll('_', ' ')
