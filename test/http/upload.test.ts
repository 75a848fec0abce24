import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { MAX_VIDEO_BYTES } from '../../src/content/media.ts'
import { upload } from '../../src/http/upload.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { box, film, png } from '../pictures.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let origin: string
beforeAll(async () => {
  w = await world({ mounts: (app) => [upload(app)] })
  mia = await w.creator('Mia')
  const { server } = await w.serve()
  await server.listen({ port: 0, host: '127.0.0.1' })
  origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
})
afterAll(() => w.close())
beforeEach(async () => {
  w.at('2026-11-20T12:00:00Z')
  await w.within((ctx) => ctx.db.upload.deleteMany({ where: { state: 'open' } }))
})

const pageOf = async (person: Persona, given: Record<string, string> = {}): Promise<string> => {
  const { card } = await person.ask('upload', given)
  const button = buttonsOf(card!).find((one) => 'url' in one)!
  return 'url' in button ? new URL(button.url).pathname : ''
}
const tus = { 'tus-resumable': '1.0.0' }
const named = (name: string) => `filename ${Buffer.from(name).toString('base64')}`

const create = (page: string, length: number, name = 'clip.mp4') =>
  fetch(`${origin}${page}/file`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(length), 'upload-metadata': named(name) },
  })
const patch = (part: string, offset: number, body: Uint8Array) =>
  fetch(`${origin}${part}`, {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body: Buffer.from(body),
  })
const offsetOf = async (part: string) => {
  const answer = await fetch(`${origin}${part}`, { method: 'HEAD', headers: tus })
  return { status: answer.status, offset: Number(answer.headers.get('upload-offset')) }
}
const stateOf = async (page: string) =>
  (await (await fetch(`${origin}${page}/state`)).json()) as { state: string; refusal: string | null; bytes: number | null }
const settled = async (page: string) => {
  for (let tries = 0; tries < 100; tries++) {
    const told = await stateOf(page)
    if (told.state === 'kept' || told.state === 'refused') return told
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it never ended')
}
const send = async (page: string, bytes: Uint8Array, name?: string) => {
  const part = (await create(page, bytes.length, name)).headers.get('location')!
  expect((await patch(part, 0, bytes)).status).toBe(204)
  return settled(page)
}

/** Sends the head of a piece and cuts the connection. */
const interrupted = (part: string, offset: number, whole: number, some: Uint8Array) =>
  new Promise<void>((resolve) => {
    const asked = httpRequest(`${origin}${part}`, {
      method: 'PATCH',
      headers: {
        ...tus,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        'content-length': String(whole),
      },
    })
    asked.on('error', () => resolve())
    asked.write(some, () => setTimeout(() => asked.destroy(new Error('gone')), 50))
  })

test('a film of 12 MB comes in pieces, one of them cut off, and is handed in from the chat with its caption', async () => {
  const place = Buffer.from('+52.5200+013.4050/ iPhone of Mia')
  const bytes = film('isom', [box('udta', box('\xa9xyz', place))], Buffer.from(box('free', randomBytes(12 * 1024 * 1024))))
  const page = await pageOf(mia)
  const shown = await fetch(`${origin}${page}`)
  expect(shown.status).toBe(200)
  expect(shown.headers.get('content-security-policy')).toContain("script-src 'self'")
  expect(await shown.text()).toContain('Choose a file')

  const part = (await create(page, bytes.length, '../../my clip.mp4')).headers.get('location')!
  expect(part).toMatch(new RegExp(`^${page.replaceAll('.', '\\.')}/file/upl_`))
  const MB = 1024 * 1024
  expect((await patch(part, 0, bytes.subarray(0, 5 * MB))).status).toBe(204)
  await interrupted(part, 5 * MB, 5 * MB, bytes.subarray(5 * MB, 7 * MB))
  let { offset } = await offsetOf(part)
  expect(offset).toBeGreaterThanOrEqual(5 * MB)
  expect(offset).toBeLessThan(bytes.length)
  expect((await patch(part, 0, bytes.subarray(0, MB))).status).toBe(409)
  expect(await stateOf(page)).toMatchObject({ state: 'open', bytes: offset })
  for (; offset < bytes.length; offset += 4 * MB)
    expect((await patch(part, offset, bytes.subarray(offset, offset + 4 * MB))).status).toBe(204)
  expect((await settled(page)).state).toBe('kept')

  expect(readdirSync(w.app.uploads)).toEqual([])
  const row = await w.within((ctx) => ctx.db.file.findFirstOrThrow({ where: { mime: 'video/mp4' } }))
  expect(row).toMatchObject({ bytes: bytes.length, name: 'my clip.mp4' })
  const kept = await w.app.media.get(row.sha256)
  expect(kept.includes('iPhone of Mia')).toBe(false)
  expect(kept.subarray(-1000)).toEqual(bytes.subarray(-1000))
  expect(await w.within((ctx) => ctx.db.media.findFirst({ where: { fileId: row.id } }))).toMatchObject({
    width: 720,
    height: 1280,
    durationMs: 1_500,
  })

  expect(await mia.sees()).toMatch(/Your file arrived\nFile +my clip.mp4\nSize +12 MB/)
  const asked = await mia.press('Hand it in')
  expect(asked.form?.fields.map((field) => field.name)).toContain('caption')
  expect((await mia.fill({ caption: '#ad my week with the serum' })).text).toContain('Handed in')
  const submission = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { fileId: row.id } }))
  expect(submission.creatorId).toBe(mia.creatorId)
})

test('the button is its sender’s alone', async () => {
  const page = await pageOf(mia)
  await send(page, png(7, 7), 'seven.png')
  await mia.sees()
  const words = w.door.messages.flatMap(({ card }) => buttonsOf(card)).filter((one) => 'run' in one && one.run === 'submit')
  const word = words.findLast((one) => 'given' in one && one.given?.file?.includes('seven.png'))!
  const eve = await w.creator('Eve')
  const given = { caption: '#ad mine', ...('given' in word ? word.given : {}) }
  expect(await eve.run('submit', given)).toContain('This file is not here any more.')
})

test.each([
  ['a script', Buffer.from('<html><script>alert(1)</script></html>'), 'This kind of file is not taken.'],
  ['a film cut off', film('isom').subarray(0, -10), 'damaged or cut off'],
  ['a picture bomb', png(50_001, 1_000), 'too many pixels'],
])('%s is refused with a sentence, on the page and in the chat', async (_what, bytes, why) => {
  const page = await pageOf(mia)
  const told = await send(page, bytes, 'x.mp4')
  expect(told).toMatchObject({ state: 'refused' })
  expect(told.refusal).toContain(why)
  expect(await mia.sees()).toContain(why)
  expect(readdirSync(w.app.uploads)).toEqual([])
})

test('more than a gigabyte is refused before it is sent, and no piece may bring more than it said', async () => {
  const page = await pageOf(mia)
  expect((await create(page, MAX_VIDEO_BYTES + 1)).status).toBe(413)
  const part = (await create(page, 100)).headers.get('location')!
  expect((await patch(part, 0, randomBytes(200))).status).toBeGreaterThanOrEqual(400)
})

test('another file takes the place of the one before', async () => {
  const page = await pageOf(mia)
  const first = (await create(page, 1_000)).headers.get('location')!
  await patch(first, 0, randomBytes(500))
  const second = (await create(page, 2_000)).headers.get('location')!
  expect((await offsetOf(first)).status).toBe(404)
  expect(await offsetOf(second)).toEqual({ status: 200, offset: 0 })
  expect(existsSync(`${w.app.uploads}/${first.split('/').at(-1)}`)).toBe(false)
})

test('the page ends after an hour, for a file that was begun later; another program’s page is none here', async () => {
  const page = await pageOf(mia)
  const begun = await pageOf(mia)
  const part = (await create(begun, 1_000)).headers.get('location')!
  w.at('2026-11-20T13:00:01Z')
  expect((await fetch(`${origin}${page}`)).status).toBe(410)
  expect((await create(page, 100)).status).toBe(410)
  expect((await offsetOf(part)).status).toBe(200)
  w.at('2026-11-20T18:00:01Z')
  expect((await offsetOf(part)).status).toBe(410)

  w.at('2026-11-20T12:00:00Z')
  const other = await w.neighbour()
  const [, secret] = page.split('.')
  expect((await fetch(`${origin}/upload/${other}.${secret}`)).status).toBe(410)
  expect((await fetch(`${origin}/upload/nonsense`)).status).toBe(410)
})

test('what ran out is cleared, and what an interrupted process left is taken in', async () => {
  const gone = await pageOf(mia)
  const part = (await create(gone, 1_000)).headers.get('location')!.split('/').at(-1)!
  const left = await pageOf(mia)
  const whole = (await create(left, film('qt  ').length, 'left.mov')).headers.get('location')!
  await patch(whole, 0, film('qt  ').subarray(0, 20))
  const name = whole.split('/').at(-1)!
  expect(statSync(w.app.uploads).mode & 0o077).toBe(0)
  writeFileSync(`${w.app.uploads}/${name}`, film('qt  '))
  await w.within((ctx) => ctx.db.upload.updateMany({ where: { part: name }, data: { state: 'whole' } }))
  w.at('2027-11-20T12:00:00Z')
  await w.app.runJob('uploads')
  expect(readdirSync(w.app.uploads).filter((file) => file.startsWith(part) || file.startsWith(name))).toEqual([])
  expect(await w.within((ctx) => ctx.db.file.count({ where: { name: 'left.mov', mime: 'video/quicktime' } }))).toBe(1)
})

test('a whole file whose bytes went with a process that was killed is told to its sender', async () => {
  const page = await pageOf(mia)
  const name = (await create(page, 1_000)).headers.get('location')!.split('/').at(-1)!
  await w.within((ctx) => ctx.db.upload.updateMany({ where: { part: name }, data: { state: 'whole' } }))
  rmSync(`${w.app.uploads}/${name}`)
  await w.app.runJob('uploads')
  expect((await stateOf(page)).state).toBe('whole')
  w.at('2026-11-20T18:00:01Z')
  await w.app.runJob('uploads')
  expect(await mia.sees()).toContain('Your file was not taken\nThe file was lost on its way. Send it again from a new page.')
})
