// Bytes are handed over while the same bytes are removed, at every moment at which the two can meet.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { add as addAsset } from '../../src/assets/service.ts'
import { dropFiles, leftovers, removeBytes } from '../../src/content/drop.ts'
import { contentOf } from '../../src/content/intake.ts'
import { keepFile, nameFile } from '../../src/content/media.ts'
import { lookAt, note, waiting } from '../../src/content/watch.ts'
import type { Context } from '../../src/context.ts'
import type { Refusal } from '../../src/kernel/refusal.ts'
import { beginImport } from '../../src/orders/import.ts'
import { forgetOldFiles, noteTaken } from '../../src/orders/import-files.ts'
import { askPreview } from '../../src/orders/import-plan.ts'
import { holdFile } from '../../src/programs/files.ts'
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

/** Until somebody waits for a lock that another holds, which it says, or this is done without. */
async function waitsOr(doing: Promise<unknown>): Promise<boolean> {
  let done = false
  const end = () => {
    done = true
  }
  doing.then(end, end)
  while (!done) {
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    if ((await w.app.database.owner.query(waiting)).rowCount) return true
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return false
}

const elsewhere = <T>(work: (ctx: Context) => Promise<T>) => w.app.within(other, work)
const dropAll = async (ctx: Context) => {
  const rows = await ctx.db.file.findMany()
  await dropFiles(
    ctx,
    rows.map(({ id }) => id),
  )
}

test('what somebody is storing stays, in another program too, and is asked for again', async () => {
  const hashes = await gone()
  await elsewhere(async (ctx) => {
    await stored(ctx)
    await removeBytes(w.app, hashes)
  })
  expect(await has()).toBe(true)
  expect(await w.within(leftovers)).toEqual(hashes)
  await removeBytes(w.app, hashes)
  expect(await has()).toBe(true)
  expect(await w.within(leftovers)).toEqual([])
  await elsewhere(dropAll)
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

test('the bytes of a large file stay while it gets its row', async () => {
  const path = join(folder, 'large.png')
  writeFileSync(path, bytes)
  const kept = await keepFile(w.app.media, path, 'large.png')
  const hashes = await gone()
  await w.within(async (ctx) => {
    await nameFile({ ...ctx, programId: w.programId }, kept)
    await removeBytes(w.app, hashes)
  })
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

test('a small picture stays while it is noted', async () => {
  await w.within((ctx) => ctx.db.media.updateMany({ data: { state: 'new', thumb: null } }))
  const [one] = await w.within((ctx) => waiting(ctx, 10))
  const seen = await lookAt(w.app.media, one!)
  await w.within(async (ctx) => {
    await note(ctx, w.app.media, fileId, seen)
    await removeBytes(w.app, [seen.thumb!])
  })
  expect(await w.app.media.has(seen.thumb!)).toBe(true)
})

test('what is left over anew while others are removed stays noted', async () => {
  const lonely = png(5, 5)
  const lone = createHash('sha256').update(lonely).digest('hex')
  await w.app.media.put(lone, lonely)
  await elsewhere(stored)
  await elsewhere(dropAll)
  await elsewhere(stored)
  const hashes = await gone()
  const remove = async (hash: string) => {
    // Between the question and the end: the file of the other program goes, and is noted.
    w.at(new Date(w.now.getTime() + 1_000))
    await elsewhere(dropAll)
    await w.app.media.remove(hash)
  }
  await removeBytes({ ...w.app, media: { remove } }, [...hashes, lone])
  expect(await w.app.media.has(lone)).toBe(false)
  expect(await has()).toBe(true)
  expect(await w.within(leftovers)).toEqual([])
  expect(await elsewhere(leftovers)).toEqual([sha256])
  await removeBytes(w.app, await elsewhere(leftovers))
  expect(await has()).toBe(false)
  expect(await elsewhere(leftovers)).toEqual([])
})

test('whoever took too long to ask removes nothing', async () => {
  const hashes = await gone()
  const removed: string[] = []
  const slow = {
    ...w.app,
    media: { remove: async (hash: string) => void removed.push(hash) },
    within: <T>(id: string, work: (ctx: Context) => Promise<T>) =>
      w.app.database.within(id, (db) => work({ db } as Context), 200),
  }
  const client = await w.app.database.owner.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE "Media"')
  const removing = removeBytes(slow, hashes)
  const end = expect(removing).rejects.toMatchObject({ code: 'P2028' })
  await waitsOr(removing)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await client.query('COMMIT')
  client.release()
  await end
  expect(removed).toEqual([])
  expect(await w.within(leftovers)).toEqual(hashes)
})

test('a group that fails does not keep the others', async () => {
  const hashes = Array.from({ length: 21 }, (_, n) => createHash('sha256').update(`${n}`).digest('hex'))
  await w.app.media.put(hashes[20]!, Buffer.from('20'))
  let asked = 0
  const failing: Pick<typeof w.app, 'within'> = {
    async within(id, work) {
      if (asked++ === 0) throw new Error('away')
      return w.app.within(id, work)
    },
  }
  await expect(removeBytes({ ...w.app, ...failing }, hashes)).rejects.toThrow('away')
  expect(await w.app.media.has(hashes[20]!)).toBe(false)
})

test('a file that is handed over once more is not dropped meanwhile', async () => {
  let dropping: Promise<string[]> | undefined
  await w.within(async (ctx) => {
    const { id } = await stored(ctx)
    dropping = gone()
    await waitsOr(dropping)
    await ctx.db.paper.create({ data: { programId: w.programId, fileId: id, what: 'list', createdAt: w.now } })
  })
  expect(await dropping).toEqual([])
  await w.within((ctx) => ctx.db.paper.deleteMany())
})

test('a file that is dropped just then gets another row', async () => {
  let storing: Promise<{ id: string }> | undefined
  await w.within(async (ctx) => {
    await ctx.db.$queryRaw`SELECT id FROM "File" WHERE id = ${fileId} FOR UPDATE`
    storing = w.within(stored)
    await waitsOr(storing)
    await dropFiles(ctx, [fileId])
  })
  const { id } = await storing!
  expect(id).not.toBe(fileId)
  expect(await w.within((ctx) => ctx.db.file.count({ where: { id } }))).toBe(1)
})

test('a file that a command is about to name is not dropped meanwhile', async () => {
  let dropping: Promise<string[]> | undefined
  await w.within(async (ctx) => {
    expect((await holdFile(ctx, fileId))?.sha256).toBe(sha256)
    dropping = gone()
    await waitsOr(dropping)
    await ctx.db.paper.create({ data: { programId: w.programId, fileId, what: 'list', createdAt: w.now } })
  })
  expect(await dropping).toEqual([])
  await w.within((ctx) => ctx.db.paper.deleteMany())
  expect(await elsewhere((ctx) => holdFile(ctx, fileId))).toBeUndefined()
})

test('a program that is founded while bytes are claimed is asked as well', async () => {
  const hashes = await gone()
  let founded = ''
  const founding = {
    ...w.app,
    async programs() {
      const before = await w.app.programs()
      founded = await w.neighbour()
      await w.app.within(founded, stored)
      return before
    },
  }
  await removeBytes(founding, hashes)
  expect(await has()).toBe(true)
  await w.app.within(founded, dropAll)
})

test('an old list that is handed over once more is not forgotten meanwhile', async () => {
  const list = (ctx: Context) => ctx.store(Buffer.from('a;b\n1;2\n'), 'list.csv')
  const first = await w.within(async (ctx) => {
    const file = await list(ctx)
    await noteTaken(ctx, { id: file.id, name: 'list.csv' }, 'orders', 1)
    return file
  })
  w.at(new Date(w.now.getTime() + 9 * 86_400_000))
  let forgetting: Promise<string[]> | undefined
  await w.within(async (ctx) => {
    const { id } = await list(ctx)
    expect(id).toBe(first.id)
    forgetting = w.within(forgetOldFiles)
    await waitsOr(forgetting)
    await noteTaken(ctx, { id, name: 'list.csv' }, 'orders', 1)
  })
  expect(await forgetting).toEqual([])
  w.at(new Date(w.now.getTime() + 9 * 86_400_000))
  expect(await w.within(forgetOldFiles)).toEqual([first.sha256])
})

const ref = (id: string) => ({ platform: 'web', ref: id, name: 'a.png', bytes: bytes.length, mime: 'image/png' })
const acts: [string, (ctx: Context) => Promise<unknown>][] = [
  ['content', (ctx) => contentOf(ctx, { url: undefined, file: ref(fileId) })],
  ['an asset', (ctx) => addAsset(ctx, { title: 'Logo', file: ref(fileId) })],
  ['an import', (ctx) => beginImport(ctx, { id: fileId, name: 'a.csv' }, 'shopify').catch((error: Refusal) => error)],
  ['a preview', (ctx) => askPreview(ctx, { id: fileId, name: 'a.csv' }, 'shopify')],
]
test.each(acts)('%s: its file is not dropped before the command has named it', async (_, act) => {
  let dropping: Promise<string[]> | undefined
  await w.within(async (ctx) => {
    await act(ctx)
    dropping = gone()
    expect(await waitsOr(dropping)).toBe(true)
  })
  await dropping
})
