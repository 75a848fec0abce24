import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { planFor } from '../../src/payouts/prepare.ts'
import { suggestPieces } from '../../src/results/queries.ts'
import { opened } from '../commands/campaign/stage.ts'
import { type World, world } from '../world.ts'
import { actorOf, finance, payable } from './payees.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('nothing that a creator may look up gives an approval away that can still be undone', async () => {
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  const mission = await opened(w, { rights: 'web' })
  await mia.run('submit', { mission, url: 'https://site.example/a', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  await ana.run('review approve', { submission })
  const { id: grant } = await w.within((ctx) => ctx.db.grant.findFirstOrThrow())
  const own = {
    personId: mia.personId,
    name: 'Mia',
    role: 'creator',
    zone: 'UTC',
    locale: 'en',
    creatorId: mia.creatorId,
  } as const
  const seen = async () => ({
    mission: (await mia.run('mission show', { mission })).includes('your content was approved'),
    list: (await mia.run('rights list')).includes('Licences: 1'),
    licence: (await mia.run('rights show', { grant })).includes('Licence'),
    pieces: (await w.as(own, (ctx) => suggestPieces(ctx, ''))).length > 0,
    earnings: (await mia.run('earnings')).includes('€50.00'),
  })
  expect(await seen()).toEqual({ mission: false, list: false, licence: false, pieces: false, earnings: false })
  w.at(minutes(w.now, 11))
  await w.tick()
  expect(await seen()).toEqual({ mission: true, list: true, licence: true, pieces: true, earnings: true })
})

test('a fee that can still be undone is in no payment, though it was booked before midnight of payday', async () => {
  const fay = { ...actorOf(await finance(w, 'Fay'), 'anyone'), finance: true }
  const [bea, lea] = [await w.manager('Bea'), await payable(w, 'Lea', 7_000)]
  const mission = await opened(w)
  w.at('2026-12-14T22:55:00Z')
  await lea.run('submit', { mission, url: 'https://site.example/midnight', caption: '#Werbung' })
  const where = { creatorId: lea.creatorId }
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where }))
  await bea.run('review approve', { submission })
  const paid = async () =>
    (await w.as(fay, (ctx) => planFor(ctx))).ready.find((one) => one.creatorId === lea.creatorId)?.amount.minor
  w.at('2026-12-14T23:01:00Z')
  expect(await paid()).toBe(7_000n)
  w.at('2026-12-14T23:10:00Z')
  await w.tick()
  expect(await paid()).toBe(12_000n)
})
