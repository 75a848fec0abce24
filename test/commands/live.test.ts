import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what was approved goes live at the address its creator gives, may be corrected, and #review shows where', async () => {
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await mia.run('submit', { url: 'https://site.example/draft', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  expect(await mia.run('live', { submission, url: 'https://site.example/post' })).toContain('is waiting for review')
  await ana.run('review approve', { submission })
  expect(await mia.run('live', { submission, url: 'https://site.example/post' })).toContain('A manager is just looking at this.')
  await ana.press('Tell now')
  expect((await mia.press('It is posted')).form).toMatchObject({ run: 'live', fields: [{ name: 'url' }] })
  expect((await mia.fill({ url: 'https://www.instagram.com/mia.glow' })).text).toContain('leads to a profile, not to a post')
  expect((await mia.press('Fix')).form!.fields[0]).toMatchObject({ name: 'url', value: 'https://www.instagram.com/mia.glow' })
  expect((await mia.fill({ url: 'https://www.instagram.com/p/abc/' })).text).toContain('Live: site.example/draft')
  const row = () => w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  const first = await row()
  expect(first).toMatchObject({ state: 'live', liveUrl: 'https://www.instagram.com/p/abc/', liveAt: expect.any(Date) })
  // Posts are edited at most every few seconds.
  w.at(minutes(w.now, 1))
  expect(await ana.sees('review')).toContain('live at instagram.com/p/abc')
  await mia.press('Correct the address')
  await mia.fill({ url: 'https://www.instagram.com/p/abd/' })
  expect(await row()).toMatchObject({ liveUrl: 'https://www.instagram.com/p/abd/', liveAt: first.liveAt })
  expect(await mia.run('content')).toMatch(/Live, [\s\S]*instagram\.com\/p\/abd[\s\S]*\[Correct the address\]/)
})

test('one post stands for one piece: neither said to be live for a second one nor handed in again', async () => {
  const [bea, ben] = [await w.manager('Bea'), await w.creator('Ben')]
  const post = 'https://www.tiktok.com/@ben.glow/video/7300000000000000001'
  for (const n of [1, 2]) {
    await ben.run('submit', { url: `https://site.example/ben-${n}`, caption: '#Werbung' })
    const { id } = await w.within((ctx) =>
      ctx.db.submission.findFirstOrThrow({ where: { url: `https://site.example/ben-${n}` } }),
    )
    await bea.run('review approve', { submission: id })
    await bea.press('Tell now')
    const said = await ben.run('live', { submission: id, url: `${post}?is_from_webapp=${n}` })
    expect(said).toContain(n === 1 ? 'Live: site.example/ben-1' : 'already stands for “site.example/ben-1”')
  }
  expect(await ben.run('submit', { url: post, caption: '#Werbung' })).toContain('was already handed in')
})

test('a post that was handed in for one piece is not said to be where another is live, unless that one was turned down', async () => {
  const [dora, cy] = [await w.manager('Dora'), await w.creator('Cy')]
  const post = 'https://www.tiktok.com/@cy.glow/video/7300000000000000002'
  const handIn = async (url: string) => {
    await cy.run('submit', { url, caption: '#Werbung' })
    return (await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url } }))).id
  }
  const [draft, posted] = [await handIn('https://site.example/a-draft'), await handIn(post)]
  await dora.run('review approve', { submission: draft })
  await dora.press('Tell now')
  const live = () => cy.run('live', { submission: draft, url: `${post}?is_from_webapp=1` })
  expect(await live()).toContain('already stands for “tiktok.com/@cy.glow/video/7300000000000000002”')
  await dora.run('review reject', { submission: posted, reason: 'brief' })
  await dora.press('Tell now')
  expect(await live()).toContain('Live: site.example/a-draft')
})

test('one post said to be where two pieces are live at one moment stands for one of them', async () => {
  const [eli, fay] = [await w.manager('Eli'), await w.creator('Fay')]
  const ids: string[] = []
  for (const n of [1, 2]) {
    await fay.run('submit', { url: `https://site.example/fay-${n}`, caption: '#Werbung' })
    const { id } = await w.within((ctx) =>
      ctx.db.submission.findFirstOrThrow({ where: { url: `https://site.example/fay-${n}` } }),
    )
    ids.push(id)
    await eli.run('review approve', { submission: id })
    await eli.press('Tell now')
  }
  for (const n of [1, 2, 3]) {
    const url = `https://www.tiktok.com/@fay.glow/video/${n}`
    await Promise.all(ids.map((submission) => fay.run('live', { submission, url })))
    expect(await w.within((ctx) => ctx.db.submission.count({ where: { liveUrl: url } }))).toBe(1)
  }
})
