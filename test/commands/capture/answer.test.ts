import { afterAll, beforeAll, expect, test } from 'vitest'
import { toPng } from '../../../src/kernel/picture.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
let ben: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  ben = await w.creator('Ben')
})
afterAll(() => w.close())

const message = (n: number) => `https://discord.com/channels/4001/5001/${n}`
// Each message comes a minute after the one before.
const later = () => w.at(new Date(w.now.getTime() + 60_000))
const rows = () => w.within((ctx) => ctx.db.capture.findMany({ orderBy: { createdAt: 'asc' } }))

test('a yes makes content of it, under the rights that were read, with what the manager said it is for', async () => {
  await ana.ask('save', { creator: 'account:mia', url: message(1), caption: 'Glass skin in a week' })
  const [row] = await rows()
  expect(await ana.run('capture set', { capture: row!.id, intent: 'use' })).toContain('Use: it shows how to')
  await mia.press('Yes, with these rights')
  const submission = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url: message(1) } }))
  expect(submission).toMatchObject({ kind: 'moment', state: 'submitted', creatorId: mia.creatorId, intent: 'use' })
  expect(submission.rightsAccepted).toMatchObject({ preset: 'social', platform: 'web' })
  expect(await ana.sees('review')).toMatch(/Review: Mia[\s\S]*Helps to +use[\s\S]*Rights +Social, 90 days[\s\S]*Glass skin/)
  expect(await mia.sees()).toContain('Thank you, you said yes')
  expect(await mia.run('capture answer', { capture: row!.id, answer: 'no' })).toContain('This is answered already.')
  expect(await ana.run('save', { creator: 'account:mia', url: message(1) })).toContain('This message is content already.')
})

test('a no leaves nothing behind but a count: no words, address, name or picture', async () => {
  later()
  const png = toPng('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="red"/></svg>')
  const stored = await w.within((ctx) => ctx.store(png, 'bad-day.png'))
  const file = { platform: 'web', ref: stored.id, name: 'bad-day.png', bytes: stored.bytes, mime: stored.mime }
  await ana.ask('save', { creator: 'account:ben', url: message(2), caption: 'My worst morning', file })
  expect(await ben.sees()).toContain('My worst morning')
  expect((await ben.press('No, delete it')).text).toContain('Nothing of your message was kept.')
  later()
  expect(await ben.sees()).not.toContain('My worst morning')
  await w.app.runJob('captures')
  const row = (await rows()).at(-1)!
  expect(row).toMatchObject({ state: 'no', creatorId: null, url: null, caption: null, fileId: null, capturedBy: null })
  expect(await w.within((ctx) => ctx.db.file.count({ where: { id: stored.id } }))).toBe(0)
  expect(await w.app.media.has(stored.sha256)).toBe(false)
  const posts = await w.within((ctx) => ctx.db.outbox.findMany({ where: { key: { startsWith: 'capture:' } } }))
  expect(posts).not.toHaveLength(0)
  expect(JSON.stringify(posts.map(({ payload }) => payload))).not.toContain('worst morning')
  expect(await ana.run('save', { creator: 'account:ben', url: message(2) })).toContain('would rather not have it used')
  later()
  expect(await ana.run('save', { creator: 'account:ben', url: message(3) })).toContain('1 of 3 said yes')
})

test('the yes holds for what was read, and only its author answers', async () => {
  const row = (await rows()).at(-1)!
  expect(await mia.run('capture answer', { capture: row.id, answer: 'yes' })).toContain('Only the author')
  await ana.run('capture set', { capture: row.id, rights: 'ads' })
  expect(await ben.run('capture answer', { capture: row.id, answer: 'yes', rights: 'social' })).toContain('has changed since')
  // What is asked a third time on one day is read the next morning.
  w.at('2026-11-21T12:00:00Z')
  await w.tick()
  expect(await ben.sees()).toContain('Everything online with paid ads')
})

test('a picture that the library has too stays there after a no, and a small picture that another program needs stays in the store', async () => {
  const png = toPng('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="blue"/></svg>')
  const stored = await w.within((ctx) => ctx.store(png, 'logo.png'))
  later()
  const file = { platform: 'web', ref: stored.id, name: 'logo.png', bytes: stored.bytes, mime: stored.mime }
  await ana.run('asset add', { title: 'Logo', file })
  await ana.ask('save', { creator: 'account:ben', url: message(4), file })
  const row = (await rows()).at(-1)!
  await ben.run('capture answer', { capture: row.id, answer: 'no' })
  await w.app.runJob('captures')
  expect((await rows()).at(-1)).toMatchObject({ state: 'no', fileId: null })
  expect(await w.within((ctx) => ctx.db.file.count({ where: { id: stored.id } }))).toBe(1)

  const other = await w.neighbour()
  const red = toPng('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="9"><rect width="9" height="9" fill="red"/></svg>')
  const ours = await w.within((ctx) => ctx.store(red, 'ours.png'))
  await w.app.within(other, (ctx) => ctx.store(red, 'theirs.png'))
  await w.app.runJob('media')
  const { thumb } = await w.within((ctx) => ctx.db.media.findFirstOrThrow({ where: { fileId: ours.id } }))
  later()
  const again = { platform: 'web', ref: ours.id, name: 'ours.png', bytes: ours.bytes, mime: ours.mime }
  await ana.ask('save', { creator: 'account:ben', url: message(5), file: again })
  await ben.run('capture answer', { capture: (await rows()).at(-1)!.id, answer: 'no' })
  await w.app.runJob('captures')
  expect(await w.within((ctx) => ctx.db.file.count({ where: { id: ours.id } }))).toBe(0)
  expect(await w.app.media.has(thumb!)).toBe(true)
})
