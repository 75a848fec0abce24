import { afterAll, beforeAll, expect, test } from 'vitest'
import { written } from '../../broadcasts.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const rings = async () => {
  await w.app.runJob('messages')
  await w.app.runJob('deliver')
}

test('sent now it comes once, however often it is rung and pressed', async () => {
  const id = await written(w, ana, 'Now')
  expect(await ana.run('broadcast send', { broadcast: id })).toMatch(/^On its way\n“Now” goes to 1 creator\./)
  for (let n = 0; n < 2; n++) await rings()
  expect((await mia.sees()).match(/^Now$/gm)).toHaveLength(1)
  expect(await ana.run('broadcast send', { broadcast: id })).toContain('This broadcast is sent already.')
})

test('scheduled, it comes at that hour where the reader is, as the day’s one push', async () => {
  const kim = await w.creator('Kim')
  await kim.run('settings', { zone: 'Asia/Tokyo' })
  const id = await written(w, ana, 'Later')
  expect(await ana.run('broadcast send', { broadcast: id, day: '2026-11-26', at: '10:00' })).toMatch(/^Scheduled/)
  w.at('2026-11-26T00:59:00Z')
  await rings()
  expect(await kim.sees()).not.toContain('Later')
  w.at('2026-11-26T01:00:00Z')
  await rings()
  expect(await kim.sees()).toContain('Later')
  expect(await mia.sees()).not.toContain('Later')
  w.at('2026-11-26T09:00:00Z')
  await rings()
  expect(await mia.sees()).toContain('Later')
})

test('a day that is over, and one that is none', async () => {
  const id = await written(w, ana, 'Bad')
  expect(await ana.run('broadcast send', { broadcast: id, day: '2026-11-01' })).toContain('That time is over.')
  expect(await ana.run('broadcast send', { broadcast: id, day: '2026-02-30' })).toContain('is not a day')
})

test('whoever left or was banned after it was planned gets no news any more', async () => {
  w.at('2026-11-30T12:00:00Z')
  const [leo, eva, tom] = [await w.creator('Leo'), await w.creator('Eva'), await w.creator('Tom')]
  const id = await written(w, ana, 'Members only')
  await ana.run('broadcast send', { broadcast: id, day: '2026-12-01', at: '09:00' })
  await rings()
  await leo.run('leave', { sure: 'yes' })
  await ana.run('creator ban', { creator: eva.creatorId, why: 'Bought followers' })
  w.at('2026-12-01T08:30:00Z')
  await rings()
  expect(await leo.sees()).not.toContain('Members only')
  expect(await eva.sees()).not.toContain('Members only')
  expect(await tom.sees()).toContain('Members only')
  expect(await ana.run('broadcast result', { broadcast: id })).toMatch(/Left out: not for them any more +2/)
})

test('what waits for the morning of somebody is not said once they have left', async () => {
  w.at('2026-12-09T12:00:00Z')
  const uma = await w.creator('Uma')
  for (const title of ['The first', 'The second']) {
    await ana.run('broadcast send', { broadcast: await written(w, ana, title) })
    await rings()
  }
  expect(await uma.sees()).not.toContain('The second')
  await uma.run('leave', { sure: 'yes' })
  w.at('2026-12-10T08:30:00Z')
  await rings()
  expect(await uma.sees()).not.toContain('The second')
})

test('a time without its day sends nothing yet', async () => {
  const id = await written(w, ana, 'At six')
  expect(await ana.run('broadcast send', { broadcast: id, at: '18:00' })).toMatch(
    /A time was given without its day\.[\s\S]*Give the day too/,
  )
  expect((await w.within((ctx) => ctx.db.broadcast.findUniqueOrThrow({ where: { id } }))).state).toBe('draft')
})
