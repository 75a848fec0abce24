import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { minutes } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('nobody confirms what is not there, and creators confirm nothing', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  expect(await ana.run('metrics confirm', { metric: 'mtr_01J00000000000000000000000' })).toContain('no longer here')
  expect(await mia.run('metrics confirm', { metric: 'mtr_01J00000000000000000000000' })).toContain('is for managers')
})

test('a press stands by the numbers it was shown, also those of another day, and by none that were given since', async () => {
  const [eve, lea] = [await w.manager('Eve'), await w.creator('Lea')]
  const bonus = { measure: 'views' as const, perThousandMinor: '200', capMinor: '1000' }
  const plan = { title: 'Glow', brief: 'Show the serum.', feeMinor: 0n, budgetMinor: 10_00n, bonus }
  const { id: mission } = await w.within((ctx) => addMission(ctx, plan))
  await lea.run('submit', { url: 'https://site.example/lea', mission, caption: '#ad Glow' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  await eve.run('review approve', { submission })
  await eve.run('review tell', { submission })
  await eve.run('metrics add', { submission, views: '100' })
  await lea.run('metrics add', { submission, views: '1500', day: '2026-11-19' })
  expect(await eve.sees('managers')).toMatch(/Numbers to confirm: Lea, Glow\nDay +Nov 19, 2026\nViews +1,500/)
  const before = await w.within((ctx) => ctx.db.postMetric.findFirstOrThrow({ where: { day: '2026-11-19' } }))
  w.at(minutes(w.now, 1))
  await lea.run('metrics add', { submission, views: '4000000', day: '2026-11-19' })
  const shown = { metric: before.id, said: before.at.toISOString() }
  expect(await eve.run('metrics confirm', shown)).toContain('These numbers were changed since you saw them.')
  expect(await eve.sees('managers')).toMatch(/Views +4,000,000/)
  expect((await eve.press('Confirm numbers')).text).toContain('of bonus became payable')
})

test('whoever gives some numbers of a day does not confirm by that what its creator said of it', async () => {
  const [kim, pia] = [await w.manager('Kim'), await w.creator('Pia')]
  const bonus = { measure: 'views' as const, perThousandMinor: '200', capMinor: '1000' }
  const plan = { title: 'Balm', brief: 'Show the balm.', feeMinor: 0n, budgetMinor: 10_00n, bonus }
  const { id: mission } = await w.within((ctx) => addMission(ctx, plan))
  await pia.run('submit', { url: 'https://site.example/pia', mission, caption: '#ad Balm' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  await kim.run('review approve', { submission })
  await kim.run('review tell', { submission })
  await pia.run('metrics add', { submission, views: '4000000' })
  const answer = await kim.run('metrics add', { submission, likes: '12' })
  expect(answer).toMatch(/Views +n\/a\nLikes +12/)
  expect(answer).not.toContain('became payable')
  const paid = await kim.run('metrics add', { submission, views: '1000' })
  expect(paid).toContain('€2.00 of bonus became payable')
  expect(paid).toMatch(/Likes +12/)
})

test('what somebody stands by is not taken off the board by what its creator says of that day', async () => {
  const [zoe, ivy] = [await w.manager('Zoe'), await w.creator('Ivy')]
  await ivy.run('submit', { url: 'https://site.example/ivy', caption: '#ad Balm' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: ivy.creatorId } }))
  await zoe.run('review approve', { submission })
  await zoe.run('review tell', { submission })
  const day = '2026-11-19'
  await zoe.run('metrics add', { submission, day, reach: '2000', likes: '500', comments: '100' })
  await zoe.run('metrics add', { submission, reach: '9000', likes: '80', comments: '10' })
  const board = () => ivy.run('leaderboard', { metric: 'engagement', period: 'this_week' })
  expect(await board()).toContain('1.00 %')
  expect(await ivy.run('metrics add', { submission, likes: '81' })).toContain('The numbers of that day are confirmed.')
  expect(await board()).toContain('1.00 %')
  expect(await ivy.run('metrics add', { submission, day: '2026-11-18', likes: '81' })).toContain('A manager looks at them.')
})
