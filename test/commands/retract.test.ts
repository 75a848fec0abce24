import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const handIn = async (url: string) => {
  await mia.run('submit', { url, caption: '#ad' })
  return (await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url, state: 'submitted' } }))).id
}

test('what is withdrawn leaves the queue and may come again', async () => {
  const submission = await handIn('https://site.example/a')
  await mia.run('content')
  expect((await mia.press('Withdraw')).text).toContain('Withdrawn: site.example/a')
  expect(await ana.sees('review')).toContain('Mia: site.example/a\nWithdrawn by its creator.')
  expect(await ana.run('review queue')).toContain('Nothing waits')
  expect(await ana.run('review approve', { submission })).toContain('Already decided')
  expect(await handIn('https://site.example/a')).not.toBe(submission)
})

test('what is decided, and what is another’s, stays', async () => {
  const submission = await handIn('https://site.example/b')
  const ben = await w.creator('Ben')
  expect(await ben.run('retract', { submission })).toContain('Only its creator can do this.')
  await ana.run('review approve', { submission })
  expect(await mia.run('retract', { submission })).toContain('A manager is just looking at this.')
  await ana.press('Tell now')
  expect(await mia.run('retract', { submission })).toContain('This submission is approved.')
})
