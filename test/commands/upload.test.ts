import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAX_BYTES } from '../../src/content/media.ts'
import { openFile } from '../../src/content/open.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { MemoryDoor } from '../door.ts'
import { png } from '../pictures.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('gives a page for its asker alone, five at a time', async () => {
  const { card, text } = await mia.ask('upload')
  expect(text).toContain('Send a large file')
  const [button] = buttonsOf(card!)
  expect('url' in button! && button.url).toMatch(/^https:\/\/go\.glow\.example\/upload\/prg_\w+\.[\w-]{43}$/)
  for (let n = 0; n < 4; n++) await mia.run('upload')
  expect(await mia.run('upload')).toContain('You have five upload pages open.')
  w.at('2026-11-20T13:00:01Z')
  expect(await mia.run('upload')).toContain('Send a large file')
  expect(await mia.run('upload', { submission: 'sub_01JAAAAAAAAAAAAAAAAAAAAAAA' })).toContain('not one of yours')
  expect(await (await w.manager('Ana')).run('upload')).toContain('you are not a creator here')
})

test('a file too large for the chat leads to the page, and the caption is kept', async () => {
  const door = new MemoryDoor('chat')
  door.fetchFile = async () => {
    throw new Refusal('over_limit', 'The file is larger than 25 MB.', 'Hand in a smaller file.', 'file')
  }
  w.app.platforms.set('chat', door)
  const file = { platform: 'chat', ref: 'F1', name: 'clip.mp4', bytes: MAX_BYTES + 1, mime: 'video/mp4' }
  const { text } = await mia.ask('submit', { caption: '#ad a whole week', file })
  expect(text).toContain('larger than 25 MB')
  expect((await mia.press('Upload from phone')).text).toContain('Send a large file')
  const again = await mia.ask('submit')
  expect(again.form?.fields.find((field) => field.name === 'caption')?.value).toBe('#ad a whole week')
})

test('what came through a chat stays here when the chat’s link has run out', async () => {
  const door = new MemoryDoor('chat')
  const bytes = png(12, 9)
  door.files.set('F2', bytes)
  w.app.platforms.set('chat', door)
  const file = { platform: 'chat', ref: 'F2', name: 'still.png', bytes: bytes.length, mime: 'image/png' }
  expect(await mia.run('submit', { caption: '#ad the serum', file })).toContain('Handed in')
  door.files.clear()
  w.at('2027-11-20T12:00:00Z')
  const { fileId } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { caption: '#ad the serum' } }))
  const kept = await openFile(w.app, w.programId, fileId!, false)
  const parts: Buffer[] = []
  for await (const part of await kept!.read()) parts.push(part as Buffer)
  expect(Buffer.concat(parts)).toEqual(bytes)
})
