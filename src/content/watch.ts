/** Looking at what came: small pictures, posters of videos and what they look like, made once for each file. */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { File, Media as Row } from '../db/generated/client.ts'
import { holdBytes } from './hold.ts'
import { frameOf, genericPoster, type Looks, looksOf } from './looks.ts'
import type { Media } from './store.ts'

/** A file that no try could draw is left alone. */
const TRIES = 3

export type Waiting = { row: Row; file: File }

/** What is still to be looked at, oldest first. */
export async function waiting(ctx: Context, limit: number): Promise<Waiting[]> {
  const where = { programId: ctx.program.id, state: 'new' }
  const rows = await ctx.db.media.findMany({ where, orderBy: { createdAt: 'asc' }, take: limit })
  const files = await ctx.db.file.findMany({ where: { programId: ctx.program.id, id: { in: rows.map((row) => row.fileId) } } })
  return rows.flatMap((row) => {
    const file = files.find(({ id }) => id === row.fileId)
    return file ? [{ row, file }] : []
  })
}

export type Seen = Pick<Row, 'state' | 'width' | 'height' | 'look' | 'thumb'>

/** Draws a file small and puts that into the store; what can't be drawn throws. Doing it twice gives the same. */
export async function lookAt(media: Media, { row, file }: Waiting, ffmpeg?: string): Promise<Seen> {
  const keep = async (looks: Looks, state: string): Promise<Seen> => {
    const thumb = createHash('sha256').update(looks.thumb).digest('hex')
    await media.put(thumb, looks.thumb)
    return { state, thumb, look: looks.look, width: row.width ?? looks.width, height: row.height ?? looks.height }
  }
  if (file.mime.startsWith('image/')) {
    const looks = await looksOf(await media.get(file.sha256))
    return keep(looks, 'ready').then((seen) => ({ ...seen, width: looks.width, height: looks.height }))
  }
  const options = ffmpeg === undefined ? {} : { program: ffmpeg }
  const frame = await media.local(file.sha256, (path) => frameOf(path, file.mime, row.durationMs, options))
  if (frame) return keep(await looksOf(frame), 'ready')
  // The same poster for many videos must make none of them look like another.
  const { width, height } = row
  const thumb = await genericPoster(row.durationMs)
  return { ...(await keep({ thumb, look: null, width: 0, height: 0 }, 'plain')), width, height }
}

/**
 * Keeps what was seen; a slower worker changes nothing. True when this one was first. A small picture that was removed since, as another
 * that was the same, is not named: the file is looked at again.
 */
export async function note(ctx: Context, media: Pick<Media, 'has'>, fileId: string, seen: Seen): Promise<boolean> {
  if (seen.thumb !== null) {
    await holdBytes(ctx, seen.thumb)
    if (!(await media.has(seen.thumb))) return false
  }
  const { count } = await ctx.db.media.updateMany({ where: { fileId, programId: ctx.program.id, state: 'new' }, data: seen })
  return count === 1
}

/** A try that failed; after the third the file counts as damaged and is shown by its name alone. */
export async function noteFailure(ctx: Context, { row }: Waiting): Promise<void> {
  const state = row.tries + 1 >= TRIES ? 'damaged' : 'new'
  await ctx.db.media.updateMany({
    where: { fileId: row.fileId, programId: ctx.program.id, state: 'new' },
    data: { tries: { increment: 1 }, state },
  })
}
