import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('a reward says what it is; cash needs an amount, and a large one a decision', async () => {
  const w = await world()
  const ana = await w.manager('Ana')
  const add = (more: Record<string, string>) => ana.run('reward add', { kind: 'cash', title: 'Cash', cost: '10', ...more })
  expect(await add({})).toContain('needs its amount')
  expect(await add({ worth: '0' })).toContain('above zero')
  expect(await add({ worth: 'much' })).toMatch(/amount/)
  expect(await add({ worth: '5.00' })).toMatch(/Worth +€5\.00[\s\S]*given at once/)
  expect(await add({ worth: '50000.00' })).toContain('a manager decides about each wish')
  expect(await add({ cost: '0', worth: '5.00' })).toContain('at least 1')
  expect(await add({ kind: 'product', title: 'م'.repeat(80), stock: '2' })).toContain('In the catalog')
  await w.close()
})
