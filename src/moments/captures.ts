/** Captures: messages that a manager would like to use, and what their authors said to that. */
import type { FileRef } from '../command.ts'
import { dropFiles } from '../content/drop.ts'
import { contentOf, refuseTwice } from '../content/intake.ts'
import { saveMoment } from '../content/moments.ts'
import { addressKey, checkAddress } from '../content/rules.ts'
import type { Context } from '../context.ts'
import { creatorOf } from '../creators/service.ts'
import type { Capture, Creator } from '../db/generated/client.ts'
import { withdraw } from '../db/withdrawn.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { presetOf } from '../rights/presets.ts'
import { acceptPreset, presetOffer } from '../rights/service.ts'
import { askCard, closedCard, deletedCard } from './cards-captures.ts'
import type { Intent } from './rules.ts'
import { checkAnswer, checkFresh } from './rules-captures.ts'

export type Message = {
  creatorId: string
  url: string
  caption?: string | undefined
  file?: FileRef | undefined
  source: 'menu' | 'reaction'
}

/** Asks the author of a message, in private, whether it may be used. Refuses a message that was captured or handed in before. */
export async function capture(ctx: Context, message: Message): Promise<{ capture: Capture; creator: Creator }> {
  const creator = await creatorOf(ctx, message.creatorId)
  if (creator.state !== 'approved')
    throw new Refusal(
      'not_allowed',
      `${creator.name} is no active creator.`,
      'Only messages of active creators are captured.',
      'creator',
    )
  const url = checkAddress(message.url)
  const messageHash = ctx.hash(`capture ${addressKey(url)}`)
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`capture ${ctx.program.id} ${messageHash}`}, 0))`
  const where = { programId_messageHash: { programId: ctx.program.id, messageHash } }
  checkFresh((await ctx.db.capture.findUnique({ where, select: { state: true } }))?.state)
  const { first, parts } = await contentOf(ctx, { url, file: message.file })
  await refuseTwice(ctx, creator.id, parts)
  const row = await ctx.db.capture.create({
    data: {
      id: ctx.id('capture'),
      programId: ctx.program.id,
      messageHash,
      state: 'asked',
      source: message.source,
      creatorId: creator.id,
      url,
      caption: message.caption ?? null,
      fileId: first.fileId,
      rights: policyOf(ctx.program).captureRights,
      capturedBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
  await showAsk(ctx, row, creator)
  return { capture: row, creator }
}

async function lockCapture(ctx: Context, id: string): Promise<Capture> {
  await ctx.db.$queryRaw`SELECT id FROM "Capture" WHERE id = ${id} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const row = await ctx.db.capture.findFirst({ where: { id, programId: ctx.program.id } })
  if (!row) throw new Refusal('not_found', 'There is no such request.', 'Save the message once more.', 'capture')
  return row
}

/** In the author's private place, never where others read it; the same post is edited when the request changes. */
async function showAsk(ctx: Context, row: Capture, creator: Creator): Promise<void> {
  const by = row.capturedBy && (await memberOf(ctx, row.capturedBy))
  const file = row.fileId ? await ctx.db.file.findFirst({ where: { id: row.fileId, programId: ctx.program.id } }) : null
  const offer = await presetOffer(ctx, row.rights)
  const shown = askCard(row, by || null, file, { preset: presetOf(row.rights), lines: offer?.lines ?? [] }, ctx.program.name)
  await ctx.show({ person: creator.personId }, `capture:${row.id}`, shown, { unasked: true })
}

const memberOf = (ctx: Context, personId: string) =>
  ctx.db.membership.findUnique({ where: { programId_personId: { programId: ctx.program.id, personId } } })

/** A manager says what it is for, or asks for other rights; its author reads the request as it is now. Refusal conflict once answered. */
export async function adjust(
  ctx: Context,
  id: string,
  change: { rights?: string | undefined; intent?: Intent | undefined },
): Promise<{ capture: Capture; creator: Creator }> {
  const before = await lockCapture(ctx, id)
  if (before.state !== 'asked' || before.creatorId === null)
    throw new Refusal('conflict', 'Its author has answered already.', 'Find what became of it in /review queue.')
  const creator = await creatorOf(ctx, before.creatorId)
  const data = {
    ...(change.rights === undefined ? {} : { rights: change.rights }),
    ...(change.intent === undefined ? {} : { intent: change.intent }),
  }
  const row = await ctx.db.capture.update({ where: { id }, data })
  if (row.rights !== before.rights) await showAsk(ctx, row, creator)
  return { capture: row, creator }
}

/** The author's answer. A yes, under the rights they read, makes content of the message; a no leaves nothing but a count. */
export async function respond(ctx: Context<'creator'>, id: string, yes: boolean, rights?: string): Promise<'yes' | 'no'> {
  const row = await lockCapture(ctx, id)
  checkAnswer(row, ctx.actor.creatorId, rights)
  if (yes) await accept(ctx, row)
  else await drop(ctx, row, 'no')
  await close(ctx, id, ctx.actor, yes ? 'yes' : 'no')
  return yes ? 'yes' : 'no'
}

/** The request says that it is over; one that waited for the morning is not made any more. */
async function close(
  ctx: Context,
  id: string,
  { personId }: { personId: string },
  end: Parameters<typeof closedCard>[0],
): Promise<void> {
  const key = `capture:${id}`
  if (await withdraw(ctx.db, ctx.program.id, { personId, key, by: ctx.actor.personId }, ctx.now))
    await ctx.show({ person: personId }, key, closedCard(end))
}

async function accept(ctx: Context<'creator'>, row: Capture): Promise<void> {
  const agreed = await acceptPreset(ctx, row.rights)
  const { submission } = await saveMoment(ctx, {
    creatorId: ctx.actor.creatorId,
    url: row.url!,
    caption: row.caption ?? undefined,
    file: row.fileId ? await stored(ctx, row.fileId) : undefined,
    intent: row.intent ?? undefined,
    ...(agreed ? { rightsAccepted: agreed } : {}),
  })
  await ctx.db.capture.update({
    where: { id: row.id },
    data: { state: 'yes', submissionId: submission.id, url: null, caption: null, fileId: null, answeredAt: ctx.now },
  })
}

async function stored(ctx: Context, fileId: string): Promise<FileRef> {
  const { name, bytes, mime } = await ctx.db.file.findFirstOrThrow({ where: { id: fileId, programId: ctx.program.id } })
  return { platform: 'web', ref: fileId, name, bytes, mime }
}

/** Takes everything out of a request but that there was one; its picture goes with the next sweep. */
async function drop(ctx: Context, row: Capture, state: 'no' | 'gone'): Promise<void> {
  await ctx.db.capture.update({
    where: { id: row.id },
    data: { state, creatorId: null, url: null, caption: null, intent: null, capturedBy: null, answeredAt: ctx.now },
  })
}

/** A manager takes a request back; its author's card says so. */
export async function takeBack(ctx: Context, id: string): Promise<void> {
  const row = await lockCapture(ctx, id)
  if (row.state !== 'asked')
    throw new Refusal('conflict', 'Its author has answered already.', 'Find what became of it in /review queue.')
  const creator = row.creatorId === null ? null : await creatorOf(ctx, row.creatorId)
  await drop(ctx, row, 'gone')
  if (creator) await close(ctx, row.id, creator, 'gone')
}

/** The message itself was deleted: the request is over, and the manager who asked is told. Nothing is done once it is answered. */
export async function endRequest(ctx: Context, id: string): Promise<void> {
  const row = await lockCapture(ctx, id)
  if (row.state !== 'asked') return
  const creator = row.creatorId === null ? null : await creatorOf(ctx, row.creatorId)
  await drop(ctx, row, 'gone')
  if (creator === null) return
  await close(ctx, row.id, creator, 'gone')
  if (row.capturedBy) await ctx.show({ person: row.capturedBy }, `capture-gone:${row.id}`, deletedCard(creator))
}

export type Tally = { asked: number; yes: number; no: number }
const TALLY_DAYS = 30

/** How authors answered of late: all that is left of those who said no. */
export async function tally(ctx: Context): Promise<Tally> {
  const rows = await ctx.db.capture.groupBy({
    by: ['state'],
    where: { programId: ctx.program.id, createdAt: { gte: days(ctx.now, -TALLY_DAYS) } },
    _count: true,
  })
  const of = (state: string) => rows.find((row) => row.state === state)?._count ?? 0
  return { asked: rows.reduce((sum, row) => sum + row._count, 0), yes: of('yes'), no: of('no') }
}

/** Pictures of messages that are not used; gives the hashes whose bytes may go. What is content elsewhere stays. */
export async function dropPictures(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ id: string; fileId: string }[]>`
    SELECT id, "fileId" FROM "Capture" WHERE "programId" = ${programId} AND state IN ('no', 'gone') AND "fileId" IS NOT NULL
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED`
  await ctx.db.capture.updateMany({ where: { programId, id: { in: rows.map(({ id }) => id) } }, data: { fileId: null } })
  return dropFiles(ctx, [...new Set(rows.map(({ fileId }) => fileId))])
}
