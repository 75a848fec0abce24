import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ program: { policy: { codePercent: 15, disclosure: '#anzeige' } } })
})
afterAll(() => w.close())

test('the code, what it takes off, and a caption that discloses first', async () => {
  const mia = await w.creator('Mia')
  const text = await mia.run('code')
  expect(text).toMatch(/^Your code\nMIA15 takes 15 % off for shoppers, and the sale counts for you\.\n/)
  expect(text).toMatch(/\n#anzeige My favourites from Glow: https:\/\/go\.glow\.example\/mia-glow-\S+ \(15 % off with MIA15\)\n/)
  expect(await mia.run('code')).toBe(text)
})

test('a code keeps its percentage when the policy changes', async () => {
  const lea = await w.creator('Lea')
  const root = await w.admin('Root')
  await root.run('setup program', { code_percent: '20' })
  expect(await lea.run('code')).toContain('LEA15 takes 15 % off')
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('code')).toContain('ZOE20 takes 20 % off')
})
