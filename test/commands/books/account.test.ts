import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('an account gets the number of the brand, and keeps the others', async () => {
  const root = await w.admin('Root')
  await root.run('books account', { account: 'program:commission', number: '4760' })
  const text = await root.run('books account', { account: 'creators:payable', number: '1700' })
  expect(text).toMatch(/program:commission +Commission expense +4760/)
  expect(text).toMatch(/creators:payable +Creators, payable +1700/)
})
