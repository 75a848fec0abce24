import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('approved once, it stands in #wins by the name its creator goes by, and both hear of it', async () => {
  const w = await world()
  const [ana, mia, ben] = [await w.manager('Ana'), await w.creator('Mia'), await w.creator('Ben')]
  await ben.run('settings', { alias: 'Lion' })
  await mia.run('shoutout ask', { kind: 'shoutout', words: 'Helped me <b>so</b> much', creator: ben.creatorId })
  const { id: shout } = await w.within((ctx) => ctx.db.shout.findFirstOrThrow())
  // Both have the button before them, and press it at once.
  const both = await Promise.all([1, 2].map(() => ana.ask('shoutout approve', { shout })))
  expect(both.filter(({ text }) => text.includes('approved\n'))).toHaveLength(1)
  const wins = await mia.sees('wins')
  expect(wins).toMatch(/Shout-out\nLion: Helped me <b>so<\/b> much/)
  expect(wins).not.toContain('Ben')
  expect(await mia.sees()).toContain('Shout-out approved')
  expect(await ben.sees()).toContain('A word about you')
  await w.close()
})

test('nobody is praised who was banned meanwhile', async () => {
  const w = await world()
  const [ana, mia, ben] = [await w.manager('Ana'), await w.creator('Mia'), await w.creator('Ben')]
  await mia.run('shoutout ask', { kind: 'shoutout', words: 'Helped me so much', creator: ben.creatorId })
  const { id: shout } = await w.within((ctx) => ctx.db.shout.findFirstOrThrow())
  await ana.run('creator ban', { creator: ben.creatorId, why: 'Bought own traffic' })
  expect(await ana.run('shoutout approve', { shout })).toMatch(/not active in the program now\.\nDecline it/)
  expect(await mia.sees('wins')).not.toContain('Helped me')
  await w.close()
})
