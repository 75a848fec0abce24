// What customers send, and what becomes of it. An entry is kept under the hash of its private link, which the page draws from the form
// that was sent: the same form sent twice is one entry.
import { type Kept, nameFile } from '../content/media.ts'
import { showQueue } from '../content/queue.ts'
import { offerVideo } from '../content/uploads.ts'
import type { Context } from '../context.ts'
import type { Prisma, Share } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/signature.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { record } from '../rights/events.ts'
import { presetOf } from '../rights/presets.ts'
import { lockContent } from '../rights/queries.ts'
import { reviewCard, takedownCard } from './cards.ts'
import { PRESET, rightsAsked, shareBehind, shareOf, tokenHash, viewOf } from './queries.ts'
import { type Act, checkReason, cutAddress, type Entry, next, type Reason } from './rules.ts'

/** A flood ends here; the page says so and asks to come back. */
const MOST_WAITING = 2_000
const AGENT = 200

/** Who sent it, as far as that is evidence of their consent. */
export type Seen = { ip: string; agent: string; locale: string }

/** Puts the file of a form aside whose other fields want another look, so that it need not be sent again. Gone after a day. */
export async function keepBegun(ctx: Context, token: string, file: Kept): Promise<Share> {
  const share = await begun(ctx, token)
  if (share.state !== 'open' || share.consent !== null) return share
  const { id } = await nameFile({ db: ctx.db, now: ctx.now, id: ctx.id, programId: ctx.program.id, ring: ctx.ring }, file)
  return ctx.db.share.update({ where: { id: share.id }, data: { fileId: id } })
}

/** The row of a form, locked; made by whoever comes first. */
async function begun(ctx: Context, token: string): Promise<Share> {
  const key = { programId: ctx.program.id, tokenHash: tokenHash(token) }
  const row = { ...key, id: ctx.id('share'), state: 'open', preset: PRESET, createdAt: ctx.now }
  await ctx.db.share.createMany({ data: row, skipDuplicates: true })
  await ctx.db
    .$queryRaw`SELECT id FROM "Share" WHERE "programId" = ${key.programId} AND "tokenHash" = ${key.tokenHash} FOR UPDATE`
  return ctx.db.share.findUniqueOrThrow({ where: { programId_tokenHash: key } })
}

/** Takes an entry in and shows it to the reviewers, or waits for its video. Sent twice, it is the first one. */
export async function send(ctx: Context, token: string, entry: Entry, seen: Seen, file?: Kept): Promise<Share> {
  const policy = policyOf(ctx.program)
  if (!policy.share.on) throw shut(ctx.program.name)
  const before = await begun(ctx, token)
  if (before.consent !== null) return before
  if ((await ctx.db.share.count({ where: { programId: ctx.program.id, state: 'submitted' } })) >= MOST_WAITING)
    throw new Refusal('over_limit', 'So much has come in that nobody could look at more just now.', 'Please try again tomorrow.')
  const share = file ? await keepBegun(ctx, token, file) : before
  const asked = await rightsAsked(ctx)
  const waits = entry.later && entry.words === '' && entry.rating === null && share.fileId === null
  const sent = await ctx.db.share.update({
    where: { id: share.id },
    data: {
      ...(waits ? {} : { state: 'submitted', submittedAt: ctx.now }),
      rating: entry.rating,
      words: entry.words,
      name: entry.name,
      emailHash: entry.email === null ? null : ctx.hash(entry.email),
      emailSealed: entry.email !== null && entry.answer ? ctx.seal(entry.email) : null,
      thanks: policy.share.code ?? null,
      termsId: asked.terms.id,
      consent: consentOf(ctx, seen, asked),
    },
  })
  await record(ctx, {
    submissionId: sent.id,
    kind: 'accepted',
    side: 'creator',
    text: asked.text,
    termsHash: asked.terms.hash,
    assets: await filesOf(ctx, sent),
    by: nobody(ctx, seen.locale.slice(0, 35)),
  })
  await showReview(ctx, sent)
  return sent
}

async function filesOf(ctx: Context, { fileId }: Share) {
  const file = fileId === null ? null : await ctx.db.file.findFirst({ where: { id: fileId, programId: ctx.program.id } })
  return file ? [{ kind: 'file' as const, id: file.id, sha256: file.sha256 }] : []
}

export type Consent = {
  textHash: string
  termsHash: string
  version: number
  adult: true
  at: string
  ip?: string
  agent?: string
}

const consentOf = (ctx: Context, { ip, agent }: Seen, asked: { hash: string; terms: { hash: string; version: number } }) =>
  ({
    textHash: asked.hash,
    termsHash: asked.terms.hash,
    version: asked.terms.version,
    adult: true,
    at: ctx.now.toISOString(),
    ip: cutAddress(ip),
    agent: agent.slice(0, AGENT),
  }) satisfies Consent as Prisma.InputJsonValue

export const shut = (program: string): Refusal =>
  new Refusal('not_allowed', `${program} takes nothing through this page just now.`, 'Please come back another time.')

/** The card in #review, as the entry is now. What was never sent has none. */
export async function showReview(ctx: Context, share: Share): Promise<void> {
  if (share.submittedAt === null) return
  await ctx.show({ channel: 'review' }, `share:${share.id}`, reviewCard(await viewOf(ctx, share)))
  await showQueue(ctx)
}

/** A page for a large video of an entry that has no file. Refusals conflict and over_limit. */
export async function addVideo(ctx: Context, share: Share): Promise<string> {
  if (!takesVideo(share)) throw new Refusal('conflict', 'This entry takes no video any more.', 'Send a new one instead.')
  return offerVideo(ctx, share.id)
}

/** Whether a video can still be added: consent is given, there is no file, and nobody has decided. */
export const takesVideo = ({ state, consent, fileId }: Share): boolean =>
  (state === 'open' || state === 'submitted') && consent !== null && fileId === null

/** Gives the videos that came whole to their entries. What is no picture or video stays out. */
export async function adoptVideos(ctx: Context): Promise<number> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ id: string; fileId: string }[]>`
    SELECT s.id, u."fileId" FROM "Upload" u JOIN "Share" s ON s.id = u."shareId" JOIN "File" f ON f.id = u."fileId"
    WHERE u."programId" = ${programId} AND s."programId" = ${programId} AND u.state = 'kept' AND s."fileId" IS NULL
      AND s.state IN ('open', 'submitted') AND s.consent IS NOT NULL AND f.mime ~ '^(image|video)/'
    ORDER BY s.id, u."createdAt" LIMIT 50 FOR UPDATE OF s SKIP LOCKED`
  for (const { id, fileId } of rows) {
    const first = await ctx.db.share.findUniqueOrThrow({ where: { id } })
    const submittedAt = first.submittedAt ?? ctx.now
    await showReview(ctx, await ctx.db.share.update({ where: { id }, data: { fileId, state: 'submitted', submittedAt } }))
  }
  return rows.length
}

/** Locks an entry and gives the state after an act; null where the act comes too late. */
async function lock(ctx: Context, share: Share, act: Act): Promise<{ before: Share; to: string | null }> {
  await lockContent(ctx, share.id)
  const before = await ctx.db.share.findUniqueOrThrow({ where: { id: share.id } })
  return { before, to: next(act, before) }
}

/**
 * Shows it: from now on galleries may take it, for as long as the rights last. `done` is false where somebody was faster. Refusal
 * conflict where only words were `seen`, and a film came since.
 */
export async function approve(ctx: Context, shareId: string, seen?: 'words'): Promise<{ share: Share; done: boolean }> {
  const { before, to } = await lock(ctx, await shareOf(ctx, shareId), 'approve')
  if (to === null) return { share: before, done: false }
  if (seen === 'words' && before.fileId !== null)
    throw new Refusal('conflict', 'Its sender has added a film since you saw it.', 'Look at it again, then decide.', 'share', {
      label: 'Look',
      run: 'share show',
      given: { share: shareId },
    })
  const term = presetOf(before.preset).scope?.days ?? 0
  const startsAt = before.startsAt ?? ctx.now
  const decided = { decidedAt: ctx.now, decidedBy: ctx.actor.personId, reason: null, note: null, takedownAt: null }
  const data = { ...decided, state: to, startsAt, endsAt: before.endsAt ?? days(startsAt, term) }
  const share = await ctx.db.share.update({ where: { id: shareId }, data })
  await after(ctx, share)
  return { share, done: true }
}

/** Turns it down, or takes it out again, for a stated reason. */
export async function reject(
  ctx: Context,
  shareId: string,
  reason: Reason,
  note: string | undefined,
): Promise<{ share: Share; done: boolean }> {
  checkReason(reason, note)
  const { before, to } = await lock(ctx, await shareOf(ctx, shareId), 'reject')
  if (to === null) return { share: before, done: false }
  const share = await ctx.db.share.update({
    where: { id: shareId },
    data: {
      state: to,
      decidedAt: ctx.now,
      decidedBy: ctx.actor.personId,
      reason,
      note: note?.trim() || null,
      takedownAt: before.startsAt === null ? null : comeDown(ctx),
    },
  })
  await after(ctx, share)
  return { share, done: true }
}

/** Takes consent back, by the private link: it is shown nowhere by us from now on, and managers see what else has to come down. */
export async function withdraw(ctx: Context, token: string): Promise<Share> {
  const found = await shareBehind(ctx, token)
  if (found === null || found.consent === null)
    throw new Refusal('not_found', 'There is no entry behind this link.', 'Copy the whole link once more.')
  const { before, to } = await lock(ctx, found, 'withdraw')
  if (to === null) return before
  const share = await ctx.db.share.update({
    where: { id: found.id },
    data: {
      state: to,
      withdrawnAt: ctx.now,
      takedownAt: before.startsAt === null ? null : comeDown(ctx),
      emailHash: null,
      emailSealed: null,
    },
  })
  await record(ctx, { submissionId: share.id, kind: 'revoked', side: 'creator', by: nobody(ctx, ctx.program.locale) })
  await after(ctx, share)
  return share
}

const nobody = (ctx: Context, locale: string) => ({ personId: null, platform: 'web', callId: null, locale, at: ctx.now })
const comeDown = (ctx: Context): Date => days(ctx.now, policyOf(ctx.program).takedownDays)

async function after(ctx: Context, share: Share): Promise<void> {
  await showReview(ctx, share)
  await showTakedown(ctx, share.id)
}

/** Shows managers where an entry still stands without a right to; the same post changes as it comes down. */
export async function showTakedown(ctx: Context, shareId: string): Promise<void> {
  const share = await shareOf(ctx, shareId)
  const view = await viewOf(ctx, share)
  const key = `share-down:${share.id}`
  const told = (await ctx.db.outbox.count({ where: { programId: ctx.program.id, kind: 'post', key } })) > 0
  if (view.standing.length > 0 || told) await ctx.show({ channel: 'managers' }, key, takedownCard(view))
}

/** Entries whose file was just looked at are shown again, with what looks like it. */
export async function showLooked(ctx: Context, fileId: string): Promise<void> {
  const where = { programId: ctx.program.id, fileId, state: 'submitted' }
  for (const share of await ctx.db.share.findMany({ where, take: 20 })) await showReview(ctx, share)
}

/** The evidence of an entry's consent: the text agreed to, word for word, is kept under its hash. */
export async function agreedText(ctx: Context, { id }: Share): Promise<string | null> {
  const where = { programId: ctx.program.id, submissionId: id, kind: 'accepted' }
  const found = await ctx.db.rightsEvent.findFirst({ where, orderBy: { at: 'desc' } })
  return found?.text && found.textHash === sha256(found.text) ? found.text : null
}
