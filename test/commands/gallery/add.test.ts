import { afterAll, beforeAll, expect, test } from 'vitest'
import { galleryOf, piecesOf, shownNow } from '../../../src/reuse/queries.ts'
import type { Persona } from '../../chat.ts'
import { png } from '../../pictures.ts'
import { licensed, pictured } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Persona
let ana: Persona
let gallery: string
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
  await ana.run('gallery create', { name: 'Shelf' })
  gallery = (await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())).id
}, 60_000)
afterAll(() => w.close())

test('what no licence covers is refused by its clause, and nothing is kept of it', async () => {
  const bare = await pictured(w, ana, mia, { bytes: png(2, 2) })
  expect(await ana.run('gallery add', { gallery, submission: bare })).toContain('Not covered (Licence)')
  const { submission: social } = await licensed(w, ana, mia, { channels: 'social', term: '90 days' })
  expect(await ana.run('gallery add', { gallery, submission: social })).toContain('Not covered (Channels)')
  const { submission: german } = await licensed(w, ana, mia, { channels: 'website', term: '90 days', territory: 'DE' })
  expect(await ana.run('gallery add', { gallery, submission: german })).toContain('Not covered (Territory)')
  expect(await w.within((ctx) => ctx.db.galleryItem.count())).toBe(0)
  expect(await w.within((ctx) => ctx.db.placement.count())).toBe(0)
})

test('what is covered is placed once; what takes it down where it stands takes it out here', async () => {
  const { submission } = await licensed(w, ana, mia)
  expect(await ana.run('gallery add', { gallery, submission })).toContain('Added to “Shelf”')
  expect(await ana.run('gallery add', { gallery, submission })).toContain('in the gallery already')
  const placement = await w.within((ctx) => ctx.db.placement.findFirstOrThrow({ where: { submissionId: submission } }))
  await ana.run('rights unplace', { placement: placement.id })
  expect(await ana.run('gallery show', { gallery })).toContain('Nothing yet')
  await w.tick()
  expect(await w.within((ctx) => ctx.db.galleryItem.findMany())).toMatchObject([{ out: true, placementId: null }])
  expect(await ana.run('gallery add', { gallery, submission })).toContain('Added to “Shelf”')
})

test('a rule takes in licensed content by itself, and leaves what was taken out', async () => {
  await ana.run('gallery create', { name: 'Dew', tag: 'dewserum', earns: 'no' })
  const dew = (await w.within((ctx) => ctx.db.gallery.findFirstOrThrow({ where: { name: 'Dew' } }))).id
  const asked = { channels: 'website', term: '90 days' }
  const mine = await pictured(w, ana, mia, { bytes: png(3, 2), asked, caption: 'So soft #DewSerum' })
  await pictured(w, ana, mia, { bytes: png(3, 3), asked, caption: 'Another #mask' })
  await pictured(w, ana, mia, { bytes: png(3, 4), caption: 'No licence #DewSerum' })
  await w.tick()
  const items = () => w.within((ctx) => ctx.db.galleryItem.findMany({ where: { galleryId: dew } }))
  expect(await items()).toMatchObject([{ submissionId: mine, linkId: null, out: false }])
  expect(await ana.run('gallery remove', { gallery: dew, submission: mine })).toContain('Taken out')
  await w.tick()
  expect(await items()).toMatchObject([{ submissionId: mine, placementId: null, out: true }])
})

test('an entry of a customer stands beside them with what it was thanked with, until it is taken back', async () => {
  const share = await w.within(async (ctx) => {
    const id = ctx.id('share')
    const terms = await ctx.db.rightsTerms.findFirstOrThrow()
    const agreed = {
      preset: 'web',
      termsId: terms.id,
      startsAt: ctx.now,
      endsAt: new Date('2027-05-01T00:00:00Z'),
      thanks: 'THANKS5',
    }
    const own = {
      programId: ctx.program.id,
      tokenHash: 'x',
      state: 'approved',
      words: 'It lasts',
      name: 'Kim',
      consent: {},
      ...agreed,
    }
    const at = { submittedAt: ctx.now, decidedAt: ctx.now, decidedBy: ana.personId, createdAt: ctx.now }
    await ctx.db.share.create({ data: { id, ...own, ...at } })
    return id
  })
  expect((await ana.ask('gallery add', { gallery })).form?.fields.map(({ name }) => name)).toEqual(['submission', 'share'])
  expect((await ana.fill({})).text).toContain('Nothing was picked')
  expect(await ana.run('gallery add', { gallery, share })).toContain('Added to “Shelf”')
  const { items, shown } = await w.within(async (ctx) => {
    const set = await galleryOf(ctx, gallery)
    const pieces = await piecesOf(ctx.db, ctx.now, set)
    return { items: await ctx.db.galleryItem.findMany({ where: { submissionId: share } }), shown: shownNow(pieces, set, ctx.url) }
  })
  expect(items).toMatchObject([{ linkId: null, out: false }])
  expect(shown.find(({ submissionId }) => submissionId === share)).toMatchObject({
    kind: 'review',
    by: 'Kim',
    caption: 'It lasts\nReceived a thank-you code',
    url: 'https://shop.example.com/',
  })
  await w.within((ctx) => ctx.db.share.update({ where: { id: share }, data: { state: 'withdrawn', withdrawnAt: ctx.now } }))
  expect(await ana.run('gallery show', { gallery })).toContain('Not shown, Kim: Not covered (Revocation)')
})

test('five hundred pieces whose licences have ended take no room, neither by hand nor by a rule', async () => {
  await ana.run('gallery create', { name: 'Long', tag: 'longserum' })
  const long = (await w.within((ctx) => ctx.db.gallery.findFirstOrThrow({ where: { name: 'Long' } }))).id
  await w.within((ctx) =>
    ctx.db.galleryItem.createMany({
      data: Array.from({ length: 500 }, () => {
        const submissionId = ctx.id('submission')
        return { id: ctx.id('item'), programId: w.programId, galleryId: long, submissionId, addedAt: ctx.now }
      }),
    }),
  )
  const asked = { channels: 'website', term: '90 days' }
  const named = await pictured(w, ana, mia, { bytes: png(5, 2), asked, caption: 'Soft #LongSerum' })
  const { submission: other } = await licensed(w, ana, mia)
  expect(await ana.run('gallery add', { gallery: long, submission: other })).toContain('Added to “Long”')
  await w.tick()
  const items = await w.within((ctx) =>
    ctx.db.galleryItem.findMany({ where: { galleryId: long, placementId: { not: null } }, orderBy: { submissionId: 'asc' } }),
  )
  expect(items.map(({ submissionId }) => submissionId).sort()).toEqual([named, other].sort())
})
