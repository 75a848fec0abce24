import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('managers see what waits, creators their own alone', async () => {
  const w = await world()
  const [ana, mia, ben] = [await w.manager('Ana'), await w.creator('Mia'), await w.creator('Ben')]
  await mia.run('shoutout ask', { kind: 'feature', words: 'Show my film' })
  const listed = await ana.run('shoutout list')
  expect(listed).toMatch(/Mia +Feature by the brand +Show my film +\w+/)
  expect(listed).not.toContain('sht_')
  expect(await mia.run('shoutout list')).toContain('Show my film')
  expect(await ben.run('shoutout list')).not.toContain('Show my film')
  expect(await (await w.applicant('Al')).run('shoutout list')).toMatch(/^Not allowed/)
  await w.close()
})
