import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('an empty catalog is friendly; applicants see none', async () => {
  const w = await world()
  const mia = await w.creator('Mia')
  expect(await mia.run('reward list')).toMatch(/Your points +0[\s\S]*Nothing is in the catalog yet\./)
  expect(await (await w.manager('Ana')).run('reward list')).toContain('[Add a reward]')
  expect(await (await w.applicant('Al')).run('reward list')).toMatch(/^Not allowed/)
  await w.close()
})
