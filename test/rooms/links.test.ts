import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pixelSize } from '../../src/content/picture.ts'
import type { Actor, Context } from '../../src/context.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { days } from '../../src/kernel/time.ts'
import { codeOf, makeCode } from '../../src/links/codes.ts'
import { clicksOf, linksOf, makeLink, qrOf, shortUrl } from '../../src/links/service.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let lea: Persona
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  lea = await w.creator('Lea')
})
afterAll(() => w.close())

const self = (one: Persona): Actor => ({
  personId: one.personId,
  name: one.name,
  role: 'creator',
  zone: 'Europe/Berlin',
  locale: 'en',
  creatorId: one.creatorId,
})
const as = <T>(one: Persona, work: (ctx: Context) => Promise<T>) => w.as(self(one), work)
const link = (one: Persona, destination?: string, slug?: string) =>
  as(one, async (ctx) =>
    makeLink(ctx, await creatorOf(ctx, one.creatorId), {
      ...(destination === undefined ? {} : { destination }),
      ...(slug === undefined ? {} : { slug }),
    }),
  )

describe('links', () => {
  test('each page has one link, however often and at once it is asked for', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => link(mia, 'https://shop.example.com/serum')))
    expect(new Set(made.map((m) => m.id)).size).toBe(1)
    expect(made[0]!.slug).toMatch(/^mia-glow-[a-z0-9]{4}$/)
  })

  test('a path means a page of the shop', async () => {
    expect((await link(mia, '/mask?size=2')).destination).toBe('https://shop.example.com/mask?size=2')
  })

  test.each([
    'https://evil.example/',
    '//evil.example/x',
    'http://shop.example.com/',
    'http://localhost:3000/',
    'javascript:alert(1)',
    'serum',
  ])('%s is refused and leaves the unit of work usable', async (destination) => {
    await expect(link(mia, destination)).rejects.toMatchObject({ code: 'invalid', field: 'destination' })
  })

  test('the demo program may link to this machine', async () => {
    await w.within((ctx) => ctx.db.program.update({ where: { id: ctx.program.id }, data: { demo: true } }))
    expect((await link(mia, 'http://localhost:3000/shop')).destination).toBe('http://localhost:3000/shop')
    await w.within((ctx) => ctx.db.program.update({ where: { id: ctx.program.id }, data: { demo: false } }))
  })

  test('a wanted name is kept once over all programs; a taken or reserved one is refused', async () => {
    expect((await link(mia, '/named', 'Glow-Week')).slug).toBe('glow-week')
    await expect(link(lea, '/named', 'glow-week')).rejects.toMatchObject({ code: 'conflict', field: 'slug' })
    await expect(link(lea, '/named', 'dashboard')).rejects.toMatchObject({ code: 'invalid', field: 'slug' })
    const neighbour = await w.neighbour({ policy: { allowedHosts: ['shop.example.com'] } })
    const there = w.app.act(neighbour, { ...self(mia), role: 'admin' }, async (ctx) => {
      const { personId } = await ctx.db.membership.create({
        data: {
          id: ctx.id('membership'),
          programId: neighbour,
          personId: mia.personId,
          name: 'Mia',
          role: 'creator',
          createdAt: ctx.now,
        },
      })
      const about = { name: 'Mia', handle: '@mia', niche: 'beauty', country: 'DE', email: 'mia@example.com' }
      const creator = await ctx.db.creator.create({
        data: {
          ...about,
          id: ctx.id('creator'),
          programId: neighbour,
          personId,
          state: 'approved',
          appliedAt: ctx.now,
          createdAt: ctx.now,
        },
      })
      return makeLink(ctx, creator, { slug: 'glow-week' })
    })
    await expect(there).rejects.toMatchObject({ code: 'conflict', field: 'slug' })
  })

  test('the QR picture is one file per link', async () => {
    const [first] = await as(mia, (ctx) => linksOf(ctx, mia.creatorId))
    const files = await Promise.all([1, 2].map(() => as(mia, (ctx) => qrOf(ctx, first!))))
    expect(files[0]).toBe(files[1])
    const row = await w.within((ctx) => ctx.db.file.findUniqueOrThrow({ where: { id: files[0]! } }))
    expect(row.mime).toBe('image/png')
    const size = pixelSize(await w.app.media.get(row.sha256), row.mime)
    expect(size!.width).toBeGreaterThan(500)
    expect(size!.width).toBe(size!.height)
  })

  test('the short address leads to the destination, and the visit is counted', async () => {
    const made = await link(mia, '/counted')
    expect(await as(mia, async (ctx) => shortUrl(ctx, made))).toBe(`https://go.glow.example/${made.slug}`)
    expect(await w.click(made.slug)).toBeTruthy()
    const range = [days(w.now, -1), days(w.now, 1)] as const
    expect(await as(mia, (ctx) => clicksOf(ctx, mia.creatorId, ...range))).toEqual({ clicks: 1, unique: 1 })
    expect(await as(lea, (ctx) => clicksOf(ctx, lea.creatorId, ...range))).toEqual({ clicks: 0, unique: 0 })
    expect(await as(mia, (ctx) => clicksOf(ctx, mia.creatorId, days(w.now, -3), days(w.now, -2)))).toEqual({
      clicks: 0,
      unique: 0,
    })
  })
})

describe('codes', () => {
  test('reads like the creator, and asking again gives the same', async () => {
    const codes = await Promise.all([1, 2].map(() => as(mia, async (ctx) => makeCode(ctx, await creatorOf(ctx, mia.creatorId)))))
    expect(codes.map((c) => c.code)).toEqual(['MIA10', 'MIA10'])
    expect(codes[0]!.percent).toBe(10)
  })

  test('the next Mia gets another one, and nobody gets one that looks like hers', async () => {
    const second = await w.creator('MiaTwo', { handle: '@mia' })
    expect((await as(second, (ctx) => codeOf(ctx, second.creatorId)))?.code).toBe('MIA10A')
    const alike = await w.creator('Mya', { handle: '@m1a' })
    expect((await as(alike, (ctx) => codeOf(ctx, alike.creatorId)))?.code).toBe('M1A10B')
  })

  test('two of the same name approved at once get two codes', async () => {
    const people = await Promise.all(['ZoeOne', 'ZoeTwo', 'ZoeThree'].map((name, i) => w.creator(name, { handle: `@zoe.${i}` })))
    const codes = await w.within((ctx) => ctx.db.code.findMany({ where: { creatorId: { in: people.map((p) => p.creatorId) } } }))
    expect(new Set(codes.map((c) => c.code)).size).toBe(3)
  })

  test('an ended code is never handed to someone else', async () => {
    const gone = await w.creator('Ida')
    await w.within((ctx) =>
      ctx.db.code.updateMany({ where: { creatorId: gone.creatorId }, data: { state: 'ended', endedAt: ctx.now } }),
    )
    const next = await w.creator('IdaTwo', { handle: '@ida' })
    expect((await as(next, (ctx) => codeOf(ctx, next.creatorId)))?.code).toBe('IDA10A')
  })
})

test('links and codes of another creator do not exist for a creator', async () => {
  await expect(as(lea, (ctx) => linksOf(ctx, mia.creatorId))).rejects.toMatchObject({ code: 'not_found' })
  await expect(as(lea, (ctx) => codeOf(ctx, mia.creatorId))).rejects.toMatchObject({ code: 'not_found' })
  await expect(as(lea, (ctx) => clicksOf(ctx, mia.creatorId, w.now, w.now))).rejects.toMatchObject({ code: 'not_found' })
  const hers = await w.within((ctx) => creatorOf(ctx, mia.creatorId))
  await expect(as(lea, (ctx) => makeLink(ctx, hers, { destination: '/x' }))).rejects.toMatchObject({ code: 'not_found' })
})
