import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { balances } from '../../../src/ledger/service.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
let submission: string
let mission: string
const payable = async () => (await w.within((ctx) => balances(ctx, mia.creatorId))).payable.minor
const numbersOf = () =>
  w.within((ctx) => ctx.db.postMetric.findMany({ where: { submissionId: submission }, orderBy: { day: 'asc' } }))

beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  const bonus = { measure: 'views' as const, perThousandMinor: '200', capMinor: '1000' }
  const plan = { title: 'Autumn glow', brief: 'Show the serum in the morning.', feeMinor: 0n, budgetMinor: 8_00n, bonus }
  mission = (await w.within((ctx) => addMission(ctx, plan))).id
  await w.within((ctx) => ctx.db.mission.update({ where: { id: mission }, data: { bonus } }))
  await mia.run('submit', { url: 'https://site.example/a', mission, caption: '#ad Glow' })
  submission = (await w.within((ctx) => ctx.db.submission.findFirstOrThrow())).id
  await ana.run('review approve', { submission })
})
afterAll(() => w.close())

test('an approval that can be undone is neither given away nor pays a bonus', async () => {
  expect(await mia.run('metrics add', { submission, views: '1500' })).toContain('Only approved content has numbers.')
  expect(await ana.run('metrics add', { submission, views: '1500' })).toContain('can still be taken back')
  expect([await payable(), await numbersOf()]).toEqual([0n, []])
  await ana.run('review tell', { submission })
})

test('numbers of a creator are kept, and pay their bonus once a manager stands by them', async () => {
  const said = await mia.run('metrics add', { submission, views: '1,500', likes: '120' })
  expect(said).toContain('Thank you. A manager looks at them.')
  expect(said).toMatch(/Comments +n\/a/)
  expect(await payable()).toBe(0n)
  expect(await ana.sees('managers')).toContain('Numbers to confirm: Mia, Autumn glow')
  const [metric] = await numbersOf()
  expect(await ana.run('metrics confirm', { metric: metric!.id })).toContain('€3.00 of bonus became payable')
  expect(await payable()).toBe(3_00n)
  expect(await mia.sees()).toContain('Your post has 1,500 views. That adds €3.00 to what you can be paid.')
})

test('the same numbers again pay nothing, more views pay the difference, fewer take nothing back', async () => {
  await ana.run('metrics add', { submission, views: '1500' })
  expect(await payable()).toBe(3_00n)
  await ana.run('metrics add', { submission, views: '2000', comments: '30' })
  expect(await payable()).toBe(4_00n)
  await ana.run('metrics add', { submission, views: '900' })
  expect(await payable()).toBe(4_00n)
  // Each payment is told by itself; none takes the place of another.
  const told = await w.within((ctx) =>
    ctx.db.outbox.findMany({ where: { key: { startsWith: 'performance:' } }, orderBy: { key: 'asc' } }),
  )
  expect(told.map(({ key }) => key.split(':').at(-1))).toEqual(['300', '400'])
  const rows = await numbersOf()
  expect(rows).toMatchObject([{ day: '2026-11-20', views: 900n, likes: 120n, comments: 30n, shares: null }])
})

test('the budget is a wall for bonuses too, and nothing is half done', async () => {
  expect(await ana.run('metrics add', { submission, views: '9000' })).toMatch(
    /budget of “Autumn glow” is used up.*the bonus is €6\.00[\s\S]*give the numbers again/,
  )
  expect(await payable()).toBe(4_00n)
  expect((await numbersOf())[0]!.views).toBe(900n)
})

test('whoever may not is told, and so is whoever writes no number', async () => {
  const lea = await w.creator('Lea')
  expect(await lea.run('metrics add', { submission, views: '5' })).toContain('somebody else’s content')
  expect(await ana.run('metrics add', { submission, views: '1.2K' })).toContain('Write it in full, such as 12300.')
  expect((await ana.ask('metrics add', { submission })).form).toBeDefined()
  expect((await ana.fill({})).text).toContain('There is no number at all.')
  expect(await ana.run('metrics add', { submission, views: '5', day: '2027-01-01' })).toContain('no day of the last two years')
  await mia.run('submit', { url: 'https://site.example/waiting', caption: '#ad' })
  const waiting = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { state: 'submitted' } }))
  expect(await mia.run('metrics add', { submission: waiting.id, views: '5' })).toContain('Only approved content has numbers.')
})
