import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { suggestPieces } from '../../src/results/queries.ts'
import { opened } from '../commands/campaign/stage.ts'
import { type World, world } from '../world.ts'

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
