// A page that takes one large file from a phone. Its link was given to one person of one program and opens nothing else; it begins
// within an hour. What is on its way lies in a folder under a name of ours until it is whole, and is then kept like any other file.

import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { missionOf } from '../campaigns/board.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Upload } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/signature.ts'
import { hours, minutes } from '../kernel/time.ts'
import { type Pass, writePass } from '../people/login.ts'
import { arrivedCard, failedCard } from './cards-upload.ts'
import { type Kept, keepFile, lostFile, nameFile, shortName } from './media.ts'
import type { Media } from './store.ts'

const UPLOAD_HOURS = 1
/** Whoever has begun within the hour may take this long in all. */
const BEGUN_HOURS = 6
const MAX_OPEN = 5
const KEPT_DAYS = 30
const LEFT_MINUTES = 5

const hashOf = (token: string): string => sha256(`/upload ${token}`)

export type For = { missionId?: string | undefined; submissionId?: string | undefined }

/** The path of a page for the actor alone. Refusal over_limit for who has five open. */
export async function offerUpload(ctx: Context<'creator'>, { missionId, submissionId }: For): Promise<string> {
  const own = { programId: ctx.program.id, personId: ctx.actor.personId }
  if (missionId !== undefined) await missionOf(ctx, missionId)
  if (submissionId !== undefined) {
    const where = { id: submissionId, programId: ctx.program.id, creatorId: ctx.actor.creatorId }
    if ((await ctx.db.submission.count({ where })) === 0)
      throw new Refusal('not_found', 'This submission is not one of yours.', 'See /content.', 'submission')
  }
  const open = await ctx.db.upload.count({ where: { ...own, state: 'open', expiresAt: { gt: ctx.now } } })
  if (open >= MAX_OPEN)
    throw new Refusal('over_limit', 'You have five upload pages open.', 'Use one of them, or wait an hour until they close.')
  return openPage(ctx, { personId: own.personId, missionId: missionId ?? null, submissionId: submissionId ?? null })
}

/** The path of a page for the video of a customer's entry; an earlier one that nothing was sent through goes. */
export async function offerVideo(ctx: Context, shareId: string): Promise<string> {
  await ctx.db.upload.deleteMany({ where: { programId: ctx.program.id, shareId, state: 'open', part: null } })
  const open = await ctx.db.upload.count({ where: { programId: ctx.program.id, shareId } })
  if (open >= MAX_OPEN)
    throw new Refusal('over_limit', 'This video was begun too often.', 'Send a new entry in an hour, or a shorter video.')
  return openPage(ctx, { personId: null, shareId })
}

type Whose = Pick<Upload, 'personId'> & Partial<Pick<Upload, 'shareId' | 'missionId' | 'submissionId'>>

async function openPage(ctx: Context, whose: Whose): Promise<string> {
  const token = Buffer.from(ctx.random(32)).toString('base64url')
  await ctx.db.upload.create({
    data: {
      ...whose,
      id: ctx.id('upload'),
      programId: ctx.program.id,
      tokenHash: hashOf(token),
      expiresAt: hours(ctx.now, UPLOAD_HOURS),
      createdAt: ctx.now,
    },
  })
  return `/upload/${writePass({ programId: ctx.program.id, token })}`
}

/** The page behind a link, while it is open. */
export const findUpload = (db: Db, now: Date, pass: Pass): Promise<Upload | null> =>
  db.upload.findFirst({ where: { programId: pass.programId, tokenHash: hashOf(pass.token), expiresAt: { gt: now } } })

export const uploadOver = (): Refusal =>
  new Refusal('too_late', 'This page is over: it opens for an hour.', 'Type /upload in the chat for a new one.')

/** A file is on its way under this part's name; gives the part that it takes the place of. */
export async function beginPart(ctx: Context, uploadId: string, part: string, name: string): Promise<string | null> {
  const before = await lockOpen(ctx, uploadId)
  const late = hours(before.createdAt, BEGUN_HOURS)
  await ctx.db.upload.update({ where: { id: uploadId }, data: { part, name: shortName(name), expiresAt: late } })
  return before.part
}

async function lockOpen(ctx: Context, uploadId: string): Promise<Upload> {
  await ctx.db.$queryRaw`SELECT id FROM "Upload" WHERE id = ${uploadId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const row = await ctx.db.upload.findFirst({ where: { id: uploadId, programId: ctx.program.id, state: 'open' } })
  if (!row) throw new Refusal('conflict', 'A file came through this page already.', 'Type /upload in the chat for another.')
  return row
}

/** All bytes of a part are there. */
export const endPart = (ctx: Context, uploadId: string, part: string): Promise<{ count: number }> =>
  ctx.db.upload.updateMany({ where: { id: uploadId, programId: ctx.program.id, state: 'open', part }, data: { state: 'whole' } })

export type Receiving = {
  media: Media
  /** The folder where parts lie. */
  uploads: string
  within: <T>(programId: string, work: (ctx: Context) => Promise<T>) => Promise<T>
}

/**
 * Takes what is whole out of the folder into the store, and tells its sender. It may be done twice or be interrupted anywhere:
 * where the bytes are gone from the folder and no row names them, they have to be sent again.
 */
export function takeIn(world: Receiving, programId: string, uploadId: string): Promise<void> {
  const running = taking.get(uploadId) ?? takeOne(world, programId, uploadId).finally(() => taking.delete(uploadId))
  taking.set(uploadId, running)
  return running
}

const taking = new Map<string, Promise<void>>()

async function takeOne(world: Receiving, programId: string, uploadId: string): Promise<void> {
  const row = await world.within(programId, (ctx) => ctx.db.upload.findFirst({ where: { id: uploadId, programId } }))
  if (row?.state !== 'whole' || row.part === null) return
  const still = { id: uploadId, programId, state: 'whole' }
  const kept = await keepFile(world.media, join(world.uploads, row.part), row.name ?? 'file').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return lost()
    return refusalOf(error)
  })
  await removePart(world.uploads, row.part)
  const name = async (ctx: Context, kept: Kept): Promise<void> => {
    const file = await nameFile({ db: ctx.db, now: ctx.now, id: ctx.id, programId, ring: ctx.ring }, kept)
    const { count } = await ctx.db.upload.updateMany({ where: still, data: { state: 'kept', fileId: file.id } })
    if (count === 1 && row.personId)
      await ctx.show({ person: row.personId }, `upload:${row.id}`, arrivedCard(row, { ...file, name: kept.name }))
  }
  const refused = kept instanceof Refusal ? kept : await world.within(programId, (ctx) => name(ctx, kept)).catch(refusalOf)
  if (!refused) return
  await world.within(programId, async (ctx) => {
    const refusal = `${refused.sentence}${refused.fix === undefined ? '' : ` ${refused.fix}`}`
    const { count } = await ctx.db.upload.updateMany({ where: still, data: { state: 'refused', refusal } })
    if (count === 1 && row.personId) await ctx.show({ person: row.personId }, `upload:${row.id}`, failedCard(row, refusal))
  })
}

const lost = () => lostFile('Send it again from a new page.')

/** Why a file is not taken; whatever else happened is thrown on. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  throw error
}

export async function removePart(folder: string, part: string | null): Promise<void> {
  if (part === null) return
  await rm(join(folder, part), { force: true })
  await rm(join(folder, `${part}.json`), { force: true })
}

/** Bytes of a part that have come so far, and when the last did; undefined where it does not lie in this folder. */
export const sizeOf = (folder: string, part: string): Promise<{ bytes: number; at: Date } | undefined> =>
  stat(join(folder, part)).then(
    ({ size, mtime }) => ({ bytes: size, at: mtime }),
    () => undefined,
  )

/** What an interrupted process left whole, and what ran out: pages without a file after their time, others after a month. */
export async function tidyUploads(world: Receiving, programId: string): Promise<void> {
  const { left, over, now } = await world.within(programId, async (ctx) => {
    const long = hours(ctx.now, -24 * KEPT_DAYS)
    return {
      now: ctx.now,
      left: await ctx.db.upload.findMany({ where: { programId, state: 'whole' }, orderBy: { id: 'asc' }, take: 50 }),
      over: await ctx.db.upload.findMany({
        where: { programId, OR: [{ state: 'open', expiresAt: { lte: ctx.now } }, { expiresAt: { lte: long } }] },
        take: 200,
      }),
    }
  })
  for (const { id, part, expiresAt } of left) {
    const lies = part === null ? undefined : await sizeOf(world.uploads, part)
    // Whoever took the last bytes is at it, unless that was a while ago. Where none lie here they may lie with another host, until the
    // time is over; then they are lost, and their sender is told.
    const late = lies ? lies.at < minutes(now, -LEFT_MINUTES) : expiresAt <= now
    if (late) await takeIn(world, programId, id)
  }
  for (const { part } of over) await removePart(world.uploads, part)
  const ids = over.map(({ id }) => id)
  if (ids.length > 0) await world.within(programId, (ctx) => ctx.db.upload.deleteMany({ where: { programId, id: { in: ids } } }))
}

/** How the name of a customer's file begins while it comes; see http/share-post.ts. */
export const SENT = 'sent-'
const SENT_HOURS = 1

/**
 * Removes what a killed process left of customers' files, for it still says where they were taken. Not only at a start, which comes within
 * the hour that a sending may take.
 */
export async function tidySent(folder: string, now: Date): Promise<void> {
  const late = hours(now, -SENT_HOURS)
  const names = await readdir(folder).catch((): string[] => [])
  for (const name of names.filter((one) => one.startsWith(SENT))) {
    const lies = await sizeOf(folder, name)
    if (lies && lies.at < late) await rm(join(folder, name), { force: true })
  }
}

/** The file that a person sent through their page, by the page's id. Refusal not_found for anybody else. */
export async function uploadedFile(
  ctx: Context,
  personId: string | undefined,
  uploadId: string,
): Promise<{ id: string; name: string; bytes: number; mime: string }> {
  const where = { id: uploadId, programId: ctx.program.id, state: 'kept' }
  const row = personId === undefined ? null : await ctx.db.upload.findFirst({ where: { ...where, personId } })
  const file = row?.fileId ? await ctx.db.file.findFirst({ where: { id: row.fileId, programId: ctx.program.id } }) : null
  if (!file) throw new Refusal('not_found', 'This file is not here any more.', 'Send it again with /upload.', 'file')
  return file
}
