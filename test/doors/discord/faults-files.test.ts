/** Files that people hand over: copied at once, and only from where Discord keeps them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { card, image } from '../../../src/kernel/card.ts'
import { type Player, png } from '../../stories/stage.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
let mia: Player
let ana: Player
beforeAll(async () => {
  stage = await discordStage()
  mia = await stage.person('Mia')
  ana = await stage.person('Ana', 'manager')
  const answers = { handle: '@mia.glow', niche: 'beauty', country: 'DE', email: 'mia@example.com', adult_and_consent: 'yes' }
  await mia.ask('apply', answers)
  await mia.press('Accept')
  await stage.w.tick()
  await ana.press('Approve', 'applications')
  await stage.w.tick()
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => expect(await stage.discord.violations()).toEqual([]))

const caption = '#ad My honest morning'
const files = () => stage.w.within((ctx) => ctx.db.file.findMany({ where: { name: { contains: 'morning' } } }))

test('an attachment and an upload in a form are copied at once, and kept when their addresses ran out', async () => {
  const { discord, w, userId } = stage
  const user = await userId('Mia')
  expect(await mia.ask('submit', { caption, file: png })).toContain('Handed in')
  const modal = (await discord.slash(user, 'submit')).modal!
  const other = {
    ...png,
    bytes: await sharp({ create: { width: 8, height: 8, channels: 3, background: '#e08040' } })
      .png()
      .toBuffer(),
  }
  expect((await discord.fill(user, modal, { caption: '#ad Another morning', file: other })).text).toContain('Handed in')
  const kept = await files()
  expect(kept).toHaveLength(2)
  await w.app.runJob('deliver')
  const posted = (await discord.messages('review')).find((one) => one.text.includes('honest'))!
  await discord.advance(25 * 3_600_000)
  expect((await fetch(posted.attachments[0]!.url)).status).toBe(404)
  // What is edited brings its picture anew, from our own copy.
  await ana.press('Approve', 'review')
  w.at(new Date(w.now.getTime() + 60_000))
  await w.tick()
  const shown = (await discord.messages('review')).flatMap((one) => one.attachments)
  expect(shown.length).toBeGreaterThan(0)
  for (const { url } of shown) expect((await fetch(url)).status).toBe(200)
  for (const file of kept) {
    const { bytes } = await w.within((ctx) => ctx.read(file.id))
    expect(bytes.length).toBeGreaterThan(50)
  }
})

test('what is too large or of the wrong kind is refused with a card, and nothing is kept', async () => {
  const before = await stage.w.within((ctx) => ctx.db.file.count())
  const large = { ...png, bytes: new Uint8Array(25 * 1024 * 1024 + 1) }
  expect(await mia.ask('submit', { caption: '#ad Large', file: large })).toContain('larger than 25 MB')
  const wrong = { name: 'morning.png', mime: 'image/png', bytes: Buffer.from('<svg onload="alert(1)"/>') }
  expect(await mia.ask('submit', { caption: '#ad Wrong', file: wrong })).toContain('kind of file is not taken')
  expect(await stage.w.within((ctx) => ctx.db.file.count())).toBe(before)
}, 20_000)

test('an announced size is not believed, and an address that ran out is said', async () => {
  const { discord, door } = stage
  const { url } = (await discord.message(await discord.say('Mia', 'general', 'Look', [png]))).attachments[0]!
  const file = { platform: 'discord', ref: url, name: 'morning.png', bytes: 1, mime: 'image/png' }
  expect((await door.fetchFile('', file, 1_000)).length).toBe(png.bytes.length)
  await expect(door.fetchFile('', file, png.bytes.length - 1)).rejects.toMatchObject({ code: 'over_limit' })
  await expect(door.fetchFile('', { ...file, ref: 'https://cdn.discordapp.com/x', bytes: 2_000 }, 1_000)).rejects.toMatchObject({
    code: 'over_limit',
  })
  await discord.advance(25 * 3_600_000)
  await expect(door.fetchFile('', file, 1_000)).rejects.toThrow('could not be fetched')
})

test('a forged address is not asked', async () => {
  const { discord, door } = stage
  let visits = 0
  const server = createServer((_request, response) => {
    visits++
    response.end(png.bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await mia.ask('submit', { caption: '#ad Before', file: png })
  const inner = (await discord.requests()).length
  const forged = [
    `http://127.0.0.1:${port}/x.png`,
    `http://cdn.discordapp.com@127.0.0.1:${port}/x.png`,
    'file:///etc/passwd',
    'no address',
  ]
  for (const ref of forged) {
    const file = { platform: 'discord', ref, name: 'x.png', bytes: 10, mime: 'image/png' }
    await expect(door.fetchFile(discord.guildId, file, 1_000)).rejects.toThrow('not one that Discord keeps')
  }
  const id = '1573600000000000001'
  const attachment = { id, filename: 'x.png', size: 10, url: forged[0], proxy_url: forged[0], content_type: 'image/png' }
  const options = [
    { name: 'caption', type: 3, value: '#ad Forged' },
    { name: 'file', type: 11, value: id },
  ]
  const answer = await discord.forge({ data: { options, resolved: { attachments: { [id]: attachment } } } })
  expect(answer.text).toContain('not one that Discord keeps')
  expect(visits).toBe(0)
  expect((await discord.requests()).length).toBeGreaterThan(inner)
  server.close()
})

test('pictures that are too many bytes for one message stand there in a smaller size, or in words', async () => {
  const { discord, w } = stage
  const noise = {
    create: {
      width: 1_700,
      height: 1_700,
      channels: 3 as const,
      background: 'white',
      noise: { type: 'gaussian' as const, mean: 128, sigma: 60 },
    },
  }
  const bytes = await sharp(noise).png().toBuffer()
  const ids = await w.within(async (ctx) => {
    const stored = await Promise.all([1, 2, 3, 4].map((n) => ctx.store(bytes, `large-${n}.png`)))
    return stored.map(({ id }) => id)
  })
  expect(bytes.length * ids.length).toBeGreaterThan(25 * 1024 * 1024)
  const pictures = card('Four photos', ...ids.map((file, n) => image({ file }, `Photo ${n}`)))
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'photos', pictures))
  await w.app.runJob('deliver')
  const [message] = (await discord.messages('wins')).filter((one) => one.text.includes('Four photos'))
  expect(message!.attachments.map((one) => one.name)).toEqual([1, 2, 3, 4].map((n) => `picture-${n}.png`))
})
