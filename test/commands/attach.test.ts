import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { png } from '../pictures.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('more files and links join what waits, each once; decided content takes none', async () => {
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await mia.run('submit', { url: 'https://site.example/a, https://site.example/b', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  expect((await mia.press('Add another')).form!.fields.map((f) => f.name)).toEqual(['url', 'file'])
  const stored = await w.within((ctx) => ctx.store(png(3, 2), 'a.png'))
  const file = { platform: 'web', ref: stored.id, name: 'a.png', bytes: stored.bytes, mime: stored.mime }
  const { text } = await mia.fill({ file })
  expect(text).toContain('[Picture: Picture handed in by Mia: a.png]')
  expect(text).toContain('site.example/b (https://site.example/b)')
  expect(await ana.sees('review')).toContain('a.png')
  expect(await mia.run('attach', { submission, url: 'https://site.example/b' })).toContain('This link was already handed in')
  expect(await mia.run('attach', { submission })).toContain('There is no link and no file.')
  const row = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  expect(row).toMatchObject({ url: 'https://site.example/a', fileId: stored.id })
  expect(await w.within((ctx) => ctx.db.piece.count())).toBe(3)
  await ana.run('review approve', { submission })
  expect(await mia.run('attach', { submission, url: 'https://site.example/c' })).toContain('A manager is just looking at this.')
})

test('what is added is looked at like the rest: a film asks for its own disclosure, and an earlier first yes counts no more', async () => {
  const [ben, nils] = [await w.manager('Ben'), await w.creator('Nils')]
  const plan = { title: 'Two eyes', brief: 'Show it.', feeMinor: 10_00n, budgetMinor: 100_00n, reviewers: 2, territories: ['DE'] }
  const { id: mission } = await w.within((ctx) => addMission(ctx, plan))
  await nils.run('submit', { mission, url: 'https://site.example/two', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  expect(await ben.run('review approve', { submission })).toContain('Your yes counts')
  await nils.run('attach', { submission, url: 'https://www.tiktok.com/@nils.glow/video/12345' })
  const verdicts = await w.within((ctx) =>
    ctx.db.verdict.findMany({ where: { submissionId: submission }, orderBy: { seq: 'asc' } }),
  )
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['pass', 'fail'])
  await nils.run('disclose', { submission, spoken: 'yes', shown: 'yes' })
  const cem = await w.manager('Cem')
  expect(await cem.run('review approve', { submission })).toContain('Your yes counts')
  expect(await w.within((ctx) => ctx.db.transfer.count({ where: { key: `fee:${submission}` } }))).toBe(0)
  expect(await ben.run('review approve', { submission })).toContain('The fee of €10.00 is now payable.')
})
