import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonsOf, type Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const message = (n: number) => `https://discord.com/channels/4001/5001/${n}`
const saved = (url: string) => w.within((ctx) => ctx.db.submission.findFirst({ where: { url } }))

test('a creator saves their own message: it waits for review as a moment without mission and fee', async () => {
  const text = await mia.run('save', { creator: 'account:mia', url: message(1), caption: 'Look what the serum did\nin a week' })
  expect(text).toContain('Saved as content\nA manager looks at it.')
  expect(await saved(message(1))).toMatchObject({
    kind: 'moment',
    state: 'submitted',
    missionId: null,
    feeMinor: 0n,
    creatorId: mia.creatorId,
  })
  const review = await ana.sees('review')
  expect(review).toMatch(/Review: Mia[\s\S]*None, saved from the chat[\s\S]*Look what the serum did/)
  expect(review).not.toContain('Disclosure')
  expect(await mia.run('content')).toContain('“Look what the serum did”')
  expect(await mia.run('save', { creator: mia.creatorId, url: message(1) })).toContain('This link was already handed in')
})

test('a manager’s save asks the author in private, and nothing waits for review before they say yes', async () => {
  expect(await ana.run('save', { creator: 'account:mia', url: message(2), caption: 'My shelf' })).toContain('Its author is asked')
  expect(await saved(message(2))).toBeNull()
  expect(await mia.sees()).toMatch(
    /May we use what you wrote\?[\s\S]*Ana likes your message[\s\S]*My shelf[\s\S]*Social, 90 days/,
  )
})

test('nobody saves what another creator wrote, and nobody’s message is content', async () => {
  const ben = await w.creator('Ben')
  expect(await ben.run('save', { creator: 'account:mia', url: message(4) })).toContain(
    'Only its creator or a manager saves this.',
  )
  expect(await ana.run('save', { creator: 'account:stranger', url: message(4) })).toContain('is no creator of Glow')
  await w.applicant('Zed')
  expect(await ana.run('save', { creator: 'account:zed', url: message(4) })).toContain('is no creator of Glow')
  expect(await ana.run('save', { creator: mia.creatorId, url: 'https://localhost/x' })).toContain('public site')
  expect(await saved(message(4))).toBeNull()
  expect(await ben.suggest('save', 'creator')).toEqual([])
})

test('its picture is kept with it', async () => {
  const bytes = readFileSync(new URL('../../src/platforms/web/assets/icon.svg', import.meta.url))
  const png = (await import('../../src/kernel/picture.ts')).toPng(bytes.toString())
  const file = await w.within(async (ctx) => {
    const stored = await ctx.store(png, 'shelf.png')
    return { platform: 'web', ref: stored.id, name: 'shelf.png', bytes: stored.bytes, mime: stored.mime }
  })
  const { card } = await mia.ask('save', { creator: mia.creatorId, url: message(5), file })
  expect(buttonsOf(card!).map((b) => b.label)).toEqual(['Withdraw', 'Show content'])
  expect((await saved(message(5)))!.fileId).toBe(file.ref)
})
