import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import { setRole } from '../../../src/people/service.ts'
import { movePoints, due as points } from '../../../src/rewards/points.ts'
import { approved, brings, sell } from '../../boards.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const has = (creatorId: string) =>
  w.within(async (ctx) => (await ctx.db.pointEntry.aggregate({ where: { creatorId }, _sum: { points: true } }))._sum.points ?? 0)
const rewardNamed = (title: string) => w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title } }))
const give = (creatorId: string, n: number) =>
  w.within((ctx) => movePoints(ctx, { creatorId, points: n, kind: 'back', key: `given:${creatorId}:${n}` }))

test('points come from approved content, orders whose hold is over, and so many kudos a week, each once', async () => {
  await w.within(async (ctx) => {
    await approved(ctx, mia.creatorId, '2026-11-18T10:00:00Z')
    const untold = await approved(ctx, mia.creatorId, '2026-11-19T10:00:00Z')
    await ctx.db.submission.update({ where: { id: untold }, data: { toldAt: null } })
    await sell(ctx, mia.creatorId, { at: '2026-11-01T10:00:00Z', base: 1_000n })
    await sell(ctx, mia.creatorId, { at: '2026-11-19T10:00:00Z', base: 1_000n })
    await sell(ctx, mia.creatorId, { at: '2026-11-01T11:00:00Z', base: 1_000n, cancelledAt: ctx.now })
    for (let i = 0; i < 8; i++) {
      const row = { programId: ctx.program.id, toId: mia.creatorId, fromId: await brings(ctx, `Peer ${i}`), day: '2026-11-18' }
      await ctx.db.kudos.create({ data: { ...row, id: ctx.id('kudos'), at: new Date('2026-11-18T12:00:00Z') } })
    }
    expect(await points(ctx)).toBe(1 + 1 + 5)
    expect(await points(ctx)).toBe(0)
  })
  expect(await has(mia.creatorId)).toBe(50 + 20 + 5 * 5)
  await expect(w.within((ctx) => ctx.db.pointEntry.updateMany({ data: { points: 9 } }))).rejects.toThrow()
  await expect(w.within((ctx) => ctx.db.pointEntry.deleteMany({}))).rejects.toThrow()
})

test('of twenty at once three get one of three, and only theirs pay', async () => {
  const people: Persona[] = []
  for (let i = 0; i < 20; i++) {
    const one = await w.applicant(`Fan${i}`)
    await w.within(async (ctx) => {
      const id = await brings(ctx, `Fan${i}`)
      await ctx.db.creator.update({ where: { id }, data: { personId: one.personId } })
      await setRole(ctx, one.personId, 'creator')
      one.creatorId = id
    })
    await give(one.creatorId, 100)
    people.push(one)
  }
  await ana.run('reward add', { kind: 'feature', title: 'Front page', cost: '60', stock: '3', approval: 'no' })
  const { id } = await rewardNamed('Front page')
  const said = await Promise.all(people.map((one) => one.run('reward redeem', { reward: id })))
  expect(said.filter((words) => words.includes('It is yours'))).toHaveLength(3)
  expect(said.filter((words) => words.includes('Nothing is left'))).toHaveLength(17)
  expect((await rewardNamed('Front page')).stock).toBe(0)
  const left = await Promise.all(people.map((one) => has(one.creatorId)))
  expect(left.sort((a, b) => a - b)).toEqual([40, 40, 40, ...Array(17).fill(100)])
}, 120_000)

test('twice at once, points for one: one is had; spending costs no rank', async () => {
  await ana.run('reward add', { kind: 'cash', title: 'Five euros', cost: '90', worth: '5.00' })
  const { id } = await rewardNamed('Five euros')
  expect(await mia.run('reward list')).toMatch(/Ever earned +95, place 1 of 1/)
  const said = await Promise.all([1, 2].map(() => mia.run('reward redeem', { reward: id })))
  expect(said.filter((words) => words.includes('in your payable balance'))).toHaveLength(1)
  expect(said.filter((words) => words.includes('you have 5'))).toHaveLength(1)
  expect(await mia.run('earnings')).toMatch(/Payable +€5\.00/)
  expect(await mia.run('reward list')).toMatch(/Your points +5\n[\s\S]*place 1 of 1/)
})

test('what is over can’t be had', async () => {
  await ana.run('reward add', { kind: 'early_access', title: 'First look', cost: '1', days: '2' })
  const { id } = await rewardNamed('First look')
  w.at(days(w.now, 3))
  expect(await mia.run('reward redeem', { reward: id })).toContain('no longer to be had')
  expect(await mia.run('reward list')).not.toContain('First look')
})

test('what somebody put into the catalog themselves is not theirs for the taking', async () => {
  const eva = await w.creator('Eva')
  await w.within((ctx) => setRole(ctx, eva.personId, 'manager'))
  await eva.run('reward add', { kind: 'cash', title: 'For me', cost: '1', worth: '90.00' })
  const { id } = await rewardNamed('For me')
  await give(eva.creatorId, 5)
  expect(await eva.run('reward redeem', { reward: id })).toContain('A manager decides')
  const wish = await w.within((ctx) => ctx.db.redemption.findFirstOrThrow({ where: { rewardId: id } }))
  expect(await eva.run('reward decide', { redemption: wish.id, answer: 'approve' })).toContain('a wish of their own')
  expect(await w.within((ctx) => ctx.db.transfer.count({ where: { key: `reward:${wish.id}` } }))).toBe(0)
  expect(await ana.run('reward decide', { redemption: wish.id, answer: 'approve' })).toContain('done')
})

test('early access ends with whoever is banned', async () => {
  const zoe = await w.creator('Zoe')
  await ana.run('reward add', { kind: 'early_access', title: 'Behind', cost: '1', approval: 'no', access_days: '300' })
  await give(zoe.creatorId, 1)
  await zoe.run('reward redeem', { reward: (await rewardNamed('Behind')).id })
  const role = () =>
    w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { kind: 'grant', audience: zoe.personId, key: 'Early access' } }))
  expect((await role()).payload).toMatchObject({ on: true })
  await ana.run('creator ban', { creator: zoe.creatorId, why: 'Bought followers' })
  await w.tick()
  expect((await role()).payload).toMatchObject({ on: false })
})
