import { afterAll, beforeAll, expect, test } from 'vitest'
import { setRole } from '../../../src/people/service.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a link leads to the brand alone, and only creators have one', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await mia.run('submit', { url: 'https://site.example/a', caption: '#ad Glow' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  await ana.run('review approve', { submission })
  expect(await mia.run('metrics link', { submission, destination: 'https://evil.example/' })).not.toContain('A link for')
  expect(await mia.run('metrics link', { submission, destination: '/serum' })).toContain('A link for')
  expect((await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { submissionId: submission } }))).destination).toMatch(
    /\/serum$/,
  )
  expect(await ana.run('metrics link', { submission })).toContain('creator')
})

test('a manager who is a creator too makes no link for the piece of somebody else', async () => {
  const both = await w.creator('Zoe')
  await w.within((ctx) => setRole(ctx, both.personId, 'manager'))
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  await w.within((ctx) => ctx.db.link.deleteMany({ where: { submissionId: submission } }))
  expect(await both.run('metrics link', { submission })).toContain('somebody else’s')
  expect(await w.within((ctx) => ctx.db.link.count({ where: { submissionId: submission } }))).toBe(0)
})
