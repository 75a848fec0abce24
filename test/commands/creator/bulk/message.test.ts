import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../../src/kernel/time.ts'
import { type World, world } from '../../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a preview as they will read it, then a card in each private place and nowhere else', async () => {
  const ana = await w.manager('Ana')
  const [mia, bo] = [await w.creator('Mia'), await w.creator('Bo', { niche: 'food' })]
  await ana.ask('creator invite', { name: 'Lou' })
  await ana.ask('creator list')
  await ana.press('Message all')
  const { text } = await ana.fill({ words: 'New serum next week.\n\n<b>Ask</b> for a sample.' })
  expect(text).toMatch(/^Write to 2 creators\?\n/)
  expect(text).toContain('New serum next week.\n<b>Ask</b> for a sample.')
  expect(text).toContain('1 creator has no account yet')
  expect(await mia.sees()).not.toContain('serum')
  expect((await ana.press('Send message')).text).toContain('The message goes to 2 creators')
  for (const one of [mia, bo]) expect(await one.sees()).toMatch(/News from Glow\nNew serum next week\.[\s\S]*Ana, for the team/)
  expect(await ana.sees('start-here')).not.toContain('serum')
})

test('whoever has left is not among all, and reads nothing unless they are meant by name', async () => {
  const bea = await w.manager('Bea')
  const [kim, zoe] = [await w.creator('Kim', { niche: 'tech' }), await w.creator('Zoe', { niche: 'tech' })]
  await zoe.run('leave', { sure: 'yes' })
  const write = async (words: string, filter: Record<string, string>) => {
    await bea.ask('creator list', { niche: 'tech', ...filter })
    await bea.press('Message all')
    const { text } = await bea.fill({ words })
    await bea.press('Send message')
    return text
  }
  expect(await write('For all of you.', {})).toMatch(/^Write to 1 creator\?[\s\S]*Who has left, was declined or is banned/)
  expect([await kim.sees(), await zoe.sees()].map((seen) => seen.includes('For all of you.'))).toEqual([true, false])
  w.at(days(w.now, 1))
  expect(await write('Come back.', { state: 'left' })).toMatch(/^Write to 1 creator\?/)
  expect(await zoe.sees()).toContain('Come back.')
})

test('whoever leaves between the preview and the press reads nothing, but those who were meant as gone do', async () => {
  const cleo = await w.manager('Cleo')
  const [ida, pia, kai] = [
    await w.creator('Ida', { niche: 'home' }),
    await w.creator('Pia', { niche: 'home' }),
    await w.creator('Kai'),
  ]
  w.at(days(w.now, 1))
  const plan = async (words: string, filter: Record<string, string>) => {
    await cleo.ask('creator list', filter)
    await cleo.press('Message all')
    await cleo.fill({ words })
  }
  await plan('For those at home.', { niche: 'home' })
  w.at(new Date(w.now.getTime() + 60_000))
  await pia.run('leave', { sure: 'yes' })
  await cleo.run('creator ban', { creator: kai.creatorId })
  expect((await cleo.press('Send message')).text).toContain('The message goes to 1 creator')
  expect([await ida.sees(), await pia.sees()].map((seen) => seen.includes('For those at home.'))).toEqual([true, false])
  await plan('Come back.', { state: 'left', niche: 'home' })
  expect((await cleo.press('Send message')).text).toContain('The message goes to 1 creator')
  w.at(days(w.now, 1))
  expect(await pia.sees()).toContain('Come back.')
})
