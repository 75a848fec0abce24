import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { opened } from '../campaign/stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('gives a seat or a place in line back, and may come again', async () => {
  const [mia, nils] = [await w.creator('Mia'), await w.creator('Nils')]
  const mission = await opened(w, { seats: 1 })
  expect(await mia.run('mission leave', { mission })).toContain('You have no seat in “Autumn glow”.')
  await mia.run('mission claim', { mission })
  expect((await mia.ask('mission leave')).form?.title).toBe('Give your seat back')
  expect(await mia.suggest('mission leave', 'mission', '')).toEqual([{ label: 'Autumn glow', value: mission }])
  await nils.run('mission claim', { mission, wait: 'yes' })
  expect((await nils.press('Leave the line')).text).toContain('You are no longer part of “Autumn glow”.')
  await mia.run('mission leave', { mission })
  w.at('2026-11-20T12:01:00Z')
  expect(await mia.sees('missions')).toContain('1 of 1 left')
  expect(await nils.run('mission claim', { mission })).toContain('Your seat in “Autumn glow”')
  await nils.run('submit', { mission, url: 'https://www.instagram.com/p/nils1/', caption: '#ad Look' })
  expect(await nils.run('mission leave', { mission })).toContain('You handed in for “Autumn glow” already.')
})
