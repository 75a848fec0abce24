import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('keeps who stands on invoices, and changes only what is given', async () => {
  const root = await w.admin('Root')
  expect(await root.run('books settings')).toContain("Glow (the program's)")
  await root.run('books settings', { legal_name: 'Glow GmbH', country: 'de' })
  const text = await root.run('books settings', { vat_id: 'de 123 456 789' })
  expect(text).toMatch(/Legal name +Glow GmbH/)
  expect(text).toMatch(/Country +DE/)
  expect(text).toMatch(/VAT id +DE123456789/)
  expect(await root.run('books settings', { country: '1x' })).toContain('The country is not two letters.')
})
