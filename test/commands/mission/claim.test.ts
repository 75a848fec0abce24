import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { opened } from '../campaign/stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a claim from the post, a second one, a full mission, the line and the seat that comes free', async () => {
  const [mia, nils, lea] = [await w.creator('Mia'), await w.creator('Nils'), await w.creator('Lea')]
  const mission = await opened(w, { seats: 1, closesAt: new Date('2026-12-04T22:59:00Z') })
  await mia.sees('missions')
  const claimed = await mia.press('Claim a seat')
  expect(claimed.text).toContain('Your seat in “Autumn glow”')
  expect(claimed.text).toContain('€50.00')
  expect(claimed.text).toContain('Dec 4, 2026')
  expect(claimed.text).toContain('Give it back if you cannot make it, so that someone else can.')
  expect(await mia.run('mission claim', { mission })).toContain('You have a seat in “Autumn glow” already.')
  expect(await nils.run('mission claim', { mission })).toContain('The only seat of “Autumn glow” is taken.')
  expect((await nils.press('Wait in line')).text).toContain('You are number 1 for “Autumn glow”')
  w.at('2026-11-20T12:05:00Z')
  await lea.run('mission claim', { mission, wait: 'yes' })
  expect(await lea.run('mission claim', { mission })).toContain('You are number 2 in line')
  w.at('2026-11-20T12:10:00Z')
  expect(await mia.sees('missions')).toContain('All seats are taken.')
  await mia.run('mission leave', { mission })
  expect(await nils.sees()).toContain('A seat is yours: Autumn glow')
  expect(await lea.sees()).not.toContain('A seat is yours')
})

test('one that is for others is refused kindly and stands in no list', async () => {
  const ida = await w.creator('Ida', { country: 'AT' })
  const mission = await opened(w, { title: 'Only Berlin', audience: { countries: ['DE'] } })
  expect(await ida.run('mission claim', { mission })).toContain('is for others this time: DE.')
  expect(await ida.run('mission show', { mission })).toContain('is for others this time: DE.')
  expect(await ida.run('submit', { mission, url: 'https://www.instagram.com/p/ida1/', caption: '#ad Look' })).toContain(
    'is for others this time',
  )
  expect(await ida.run('mission list')).not.toContain('Only Berlin')
  expect(await ida.suggest('mission claim', 'mission', 'Only')).toEqual([])
  expect(await ida.suggest('submit', 'mission', 'Only')).toEqual([])
  expect(await ida.sees('missions')).toContain('Only Berlin')
})
