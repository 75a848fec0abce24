import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('declined, its asker reads why and #wins nothing', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await mia.run('shoutout ask', { kind: 'feature', words: 'Show my film' })
  await ana.press('Decline')
  await ana.fill({ why: 'The product is not out yet' })
  expect(await mia.sees()).toMatch(/declined[\s\S]*not out yet/)
  expect(await mia.sees('wins')).not.toContain('my film')
  await w.close()
})
