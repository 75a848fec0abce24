import { afterAll, beforeAll, expect, test } from 'vitest'
import { hours, minutes } from '../../../src/kernel/time.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const handIn = async (name: string) => {
  const url = `https://site.example/${name}`
  await mia.run('submit', { url, caption: '#Werbung' })
  return (await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url } }))).id
}

test('by itself after ten minutes, once, with the badge; or at once by the press', async () => {
  const submission = await handIn('a')
  expect(await ana.run('review tell', { submission })).toContain('Nothing is decided on this yet.')
  await ana.run('review approve', { submission })
  w.at(minutes(w.now, 9))
  await w.tick()
  expect(await mia.sees()).not.toContain('Approved: site.example/a')
  expect(await mia.sees('wins')).not.toContain('Mia')
  w.at(minutes(w.now, 1))
  await w.tick()
  await w.tick()
  expect((await mia.sees()).match(/Approved: site\.example\/a/g)).toHaveLength(1)
  expect(await mia.sees('wins')).toContain('Mia had their first content approved')
  expect(await ana.run('review tell', { submission })).toContain('has been told already')
  const second = await handIn('b')
  await ana.run('review reject', { submission: second, reason: 'quality' })
  expect((await ana.press('Tell now')).text).toContain('Mia has been told')
  expect(await mia.sees()).toContain('Not taken: site.example/b')
})

test('#review counts what waits, with its age; managers are reminded once a day of what waits too long', async () => {
  expect(await ana.sees('review')).toContain('To review: nothing')
  await handIn('c')
  await handIn('d')
  // Posts are edited at most every few seconds.
  w.at(minutes(w.now, 1))
  expect(await ana.sees('review')).toContain('To review: 2\n2 submissions wait. The oldest came')
  w.at(hours(w.now, 23))
  await w.tick()
  expect(await ana.sees('managers')).not.toContain('Content waits too long')
  for (const later of [2, 1, 1]) {
    w.at(hours(w.now, later))
    await w.tick()
  }
  expect((await ana.sees('managers')).match(/Content waits too long/g)).toHaveLength(1)
  expect((await ana.press('Next')).text).toContain('1 of 2 that wait')
})
