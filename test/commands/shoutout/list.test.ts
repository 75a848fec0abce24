import { expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
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

test('what somebody had asked for who left waits for no manager', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await mia.run('shoutout ask', { kind: 'shoutout', words: 'A hundred orders' })
  expect(await ana.sees('managers')).toContain('Shout-out: a wish')
  await mia.run('leave', { sure: 'yes' })
  w.at(new Date(w.now.getTime() + 60_000))
  expect(await ana.run('shoutout list')).toContain('Nothing waits for you.')
  const seen = await ana.sees('managers')
  expect(seen).toMatch(/Shout-out: declined[\s\S]*in the program no longer/)
  expect(seen).not.toContain('[Approve]')
  await w.close()
})

test('nor does what somebody had asked for who left to be forgotten, while that goes on', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await mia.run('shoutout ask', { kind: 'shoutout', words: 'A hundred orders' })
  await mia.run('privacy delete', { sure: 'yes' })
  w.at(days(w.now, 15))
  await w.app.runJob('privacy')
  expect(await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: mia.creatorId } }))).toMatchObject({
    state: 'left',
  })
  expect(await ana.run('shoutout list')).toContain('Nothing waits for you.')
  expect(await ana.sees('managers')).not.toContain('[Approve]')
  await w.close()
})
