import { afterAll, beforeAll, expect, test } from 'vitest'
import { audienceCount, audienceMembers, fittingCreator } from '../../src/campaigns/audience.ts'
import { audienceOf, fits } from '../../src/campaigns/rules-audience.ts'
import { plansOf } from '../plans.ts'
import { type World, world } from '../world.ts'
import { enlist } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('whoever an audience is for is found one by one and all at once alike, with a look at posts and accounts only where platforms are named', async () => {
  const given = [
    { tags: ['VIP'], niche: 'food' },
    { tags: [], niche: 'food', country: 'AT' },
    { tags: ['tiktok'], tier: 'Gold' },
    { tags: [], state: 'paused' },
  ]
  const ids: string[] = []
  for (const [n, data] of given.entries()) {
    const { creatorId } = await enlist(w, `Nr${n}`)
    await w.within((ctx) => ctx.db.creator.update({ where: { id: creatorId }, data }))
    ids.push(creatorId)
  }
  await w.within((ctx) =>
    ctx.db.submission.create({
      data: {
        id: ctx.id('submission'),
        programId: ctx.program.id,
        creatorId: ids[1]!,
        state: 'approved',
        caption: '',
        url: 'https://www.instagram.com/p/1',
        submittedAt: ctx.now,
        createdAt: ctx.now,
      },
    }),
  )
  const found: Record<string, [number[], number]> = {}
  const audiences = {
    all: {},
    tags: { tags: ['vip'] },
    niche: { niches: ['food'], countries: ['AT', 'CH'] },
    tier: { tiers: ['gold'] },
    posts: { platforms: ['instagram', 'tiktok'] },
    nobody: { tags: ['none'] },
  }
  for (const [name, audience] of Object.entries(audiences))
    await w.within(async (ctx) => {
      const asked = audienceOf({ audience })
      const plans = await plansOf(ctx, async (ctx) => {
        const members = await audienceMembers(ctx, asked)
        expect(await audienceCount(ctx, asked)).toBe(members.length)
        found[name] = [members.map(({ id }) => ids.indexOf(id)).sort(), 0]
      })
      found[name]![1] = plans.length
      const each = await Promise.all(ids.map(async (id) => fits(asked, (await fittingCreator(ctx, id))!)))
      expect(found[name]![0]).toEqual([0, 1, 2].filter((n) => each[n]))
    })
  expect(found).toEqual({
    all: [[0, 1, 2], 0],
    tags: [[0], 0],
    niche: [[1], 0],
    tier: [[2], 0],
    posts: [[1, 2], 4],
    nobody: [[], 0],
  })
})

test('who posted on a network is known by each of its hosts, by every link of a piece, and by where it is live', async () => {
  const posts: Record<string, { url?: string; liveUrl?: string; piece?: string }> = {
    threads: { url: 'https://www.threads.com/@nr1/post/1' },
    x: { url: 'https://mobile.twitter.com/nr1/status/1' },
    tiktok: { url: 'https://vt.tiktok.com/ZS1/' },
    pinterest: { liveUrl: 'https://www.pinterest.com/pin/1/' },
    youtube: { url: 'https://blog.example/1', piece: 'https://youtu.be/1' },
  }
  const { creatorId } = await enlist(w, 'Nr9')
  await w.within(async (ctx) => {
    const own = { programId: ctx.program.id, creatorId, state: 'approved', caption: '', submittedAt: ctx.now, createdAt: ctx.now }
    for (const { piece, ...at } of Object.values(posts)) {
      const id = ctx.id('submission')
      await ctx.db.submission.create({ data: { ...own, ...at, id } })
      const data = { id: ctx.id('piece'), programId: own.programId, submissionId: id, revision: 1, position: 2, kind: 'url' }
      if (piece) await ctx.db.piece.create({ data: { ...data, url: piece } })
    }
    const { platforms } = (await fittingCreator(ctx, creatorId))!
    expect(platforms.sort()).toEqual([...Object.keys(posts), 'web'].sort())
  })
})
