// Bytes are handed over while the same bytes are removed, at every moment at which the two can meet.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dropFiles, leftovers, removeBytes } from '../../src/content/drop.ts'
import { keepFile, nameFile } from '../../src/content/media.ts'
import { lookAt, note, waiting } from '../../src/content/watch.ts'
import type { Context } from '../../src/context.ts'
import { png } from '../pictures.ts'
import { type World, world } from '../world.ts'

const bytes = png(3, 3)
const sha256 = createHash('sha256').update(bytes).digest('hex')
const folder = mkdtempSync(join(tmpdir(), 'troupe-hold-'))
let w: World
let other: string
let fileId: string
beforeAll(async () => {
  w = await world()
  other = await w.neighbour()
})
afterAll(async () => {
  await w.close()
  rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  fileId = (await w.within(stored)).id
  await w.app.database.owner.query(`DELETE FROM "Leftover"`)
})

const stored = (ctx: Context) => ctx.store(bytes, 'a.png')
const gone = () => w.within((ctx) => dropFiles(ctx, [fileId]))
const has = () => w.app.media.has(sha256)

/** Until somebody waits for a lock that another holds, or this is done without. */
async function waitsOr(doing: Promise<unknown>): Promise<void> {
  let done = false
  const end = () => {
    done = true
  }
  doing.then(end, end)
  while (!done) {
    const { rows } = await w.app.database.owner.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)
    if (rows.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('whoever stores them first is waited for, in another program too', async () => {
  const hashes = await gone()
  let removing: Promise<void> | undefined
  await w.app.within(other, async (ctx) => {
    await stored(ctx)
    removing = removeBytes(w.app, hashes)
    await waitsOr(removing)
  })
  await removing
  expect(await has()).toBe(true)
  expect(await w.within(leftovers)).toEqual([])
  await w.app.within(other, (ctx) => ctx.db.file.deleteMany())
})

test('whoever comes while they go stores them again', async () => {
  const hashes = await gone()
  let storing: Promise<unknown> | undefined
  const remove = async (hash: string) => {
    storing = w.within(stored)
    await waitsOr(storing)
    await w.app.media.remove(hash)
  }
  await removeBytes({ ...w.app, media: { remove } }, hashes)
  await storing
  expect(await has()).toBe(true)
})

test('a large file is kept before it has a row: one whose bytes went in between is refused, not named', async () => {
  const path = join(folder, 'large.png')
  writeFileSync(path, bytes)
  const kept = await keepFile(w.app.media, path, 'large.png')
  const name = () => w.within((ctx) => nameFile({ ...ctx, programId: w.programId }, kept))
  await removeBytes(w.app, await gone())
  expect(await has()).toBe(false)
  await expect(name()).rejects.toThrow('The file was lost on its way.')
  await w.within(stored)
  expect((await name()).sha256).toBe(sha256)
})

test('its removal waits for the row of a large file', async () => {
  const path = join(folder, 'large.png')
  writeFileSync(path, bytes)
  const kept = await keepFile(w.app.media, path, 'large.png')
  const hashes = await gone()
  let removing: Promise<void> | undefined
  await w.within(async (ctx) => {
    await nameFile({ ...ctx, programId: w.programId }, kept)
    removing = removeBytes(w.app, hashes)
    await waitsOr(removing)
  })
  await removing
  expect(await has()).toBe(true)
})

test('a small picture that went in between is drawn again', async () => {
  await w.within((ctx) => ctx.db.media.updateMany({ data: { state: 'new', thumb: null } }))
  const [one] = await w.within((ctx) => waiting(ctx, 10))
  const seen = await lookAt(w.app.media, one!)
  await removeBytes(w.app, [seen.thumb!])
  const noted = () => w.within((ctx) => note(ctx, w.app.media, fileId, seen))
  expect(await noted()).toBe(false)
  expect(await w.within((ctx) => waiting(ctx, 10))).toHaveLength(1)
  expect((await lookAt(w.app.media, one!)).thumb).toBe(seen.thumb)
  expect(await noted()).toBe(true)
})

test('a small picture that is being noted is waited for', async () => {
  await w.within((ctx) => ctx.db.media.updateMany({ data: { state: 'new', thumb: null } }))
  const [one] = await w.within((ctx) => waiting(ctx, 10))
  const seen = await lookAt(w.app.media, one!)
  let removing: Promise<void> | undefined
  await w.within(async (ctx) => {
    await note(ctx, w.app.media, fileId, seen)
    removing = removeBytes(w.app, [seen.thumb!])
    await waitsOr(removing)
  })
  await removing
  expect(await w.app.media.has(seen.thumb!)).toBe(true)
})

test('what is left over anew while it is asked for stays noted', async () => {
  const dropAll = async (ctx: Context) => {
    const rows = await ctx.db.file.findMany()
    await dropFiles(
      ctx,
      rows.map(({ id }) => id),
    )
  }
  const elsewhere = <T>(work: (ctx: Context) => Promise<T>) => w.app.within(other, work)
  await elsewhere(stored)
  await elsewhere(dropAll)
  await elsewhere(stored)
  const hashes = await gone()
  const dropping: Pick<typeof w.app, 'within'> = {
    async within(id, work) {
      const found = await w.app.within(id, work)
      // Between the question and the end: the file of the other program goes, and is noted.
      if (id === other && (found as { named?: string[] }).named?.length) {
        w.at(new Date(w.now.getTime() + 1_000))
        await elsewhere(dropAll)
      }
      return found
    },
  }
  await removeBytes({ ...w.app, ...dropping }, hashes)
  expect(await w.within(leftovers)).toEqual([])
  expect(await has()).toBe(true)
  expect(await elsewhere(leftovers)).toEqual([sha256])
  await removeBytes(w.app, await elsewhere(leftovers))
  expect(await has()).toBe(false)
  expect(await elsewhere(leftovers)).toEqual([])
})
