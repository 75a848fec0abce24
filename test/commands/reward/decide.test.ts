import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../../src/kernel/time.ts'
import { follow } from '../../../src/rewards/merge.ts'
import { forget } from '../../../src/rewards/personal.ts'
import { movePoints } from '../../../src/rewards/points.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let older: Persona
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  older = await w.applicant('Older')
  w.at(minutes(w.now, 1))
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  await w.within((ctx) => movePoints(ctx, { creatorId: mia.creatorId, points: 100, kind: 'back', key: 'x' }))
  await ana.run('reward add', { kind: 'product', title: 'Serum', cost: '60', stock: '2', worth: '30.00' })
})
afterAll(() => w.close())

const serum = () => w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: 'Serum' } }))
const wish = () => w.within((ctx) => ctx.db.redemption.findFirstOrThrow({ where: { state: 'asked' } }))
const points = async () => Number(/Your points +(\d+)/.exec(await mia.run('reward list'))?.[1])

test('declined, points and stock come back, once', async () => {
  expect(await mia.run('reward redeem', { reward: (await serum()).id })).toContain('60 points are set aside')
  expect([await points(), (await serum()).stock]).toEqual([40, 1])
  expect(await mia.run('reward redeem', { reward: (await serum()).id })).toContain('It costs 60 points and you have 40.')
  const { id } = await wish()
  const both = await Promise.all(
    [1, 2].map(() => ana.run('reward decide', { redemption: id, answer: 'decline', note: 'Next week' })),
  )
  expect(both.filter((said) => said.includes('declined already'))).toHaveLength(1)
  expect(await mia.sees()).toMatch(/declined, points returned[\s\S]*Next week/)
  expect([await points(), (await serum()).stock]).toEqual([100, 2])
})

test('nobody decides about their own wish', async () => {
  await mia.run('reward redeem', { reward: (await serum()).id })
  const { id } = await wish()
  const { setRole } = await import('../../../src/people/service.ts')
  await w.within((ctx) => setRole(ctx, mia.personId, 'manager'))
  expect(await mia.run('reward decide', { redemption: id, answer: 'approve' })).toContain('a wish of their own')
  await w.within((ctx) => setRole(ctx, mia.personId, 'creator'))
})

test('approved, a product goes on as a gift', async () => {
  await ana.press('Approve')
  expect(await mia.sees()).toContain('say where it may go')
  expect(await mia.run('gift list')).toContain('Serum')
})

test('a wish is done once its gift is on its way, and its message says so', async () => {
  const lou = await w.creator('Lou')
  await w.within((ctx) => movePoints(ctx, { creatorId: lou.creatorId, points: 5, kind: 'back', key: 'lou' }))
  await ana.run('reward add', { kind: 'product', title: 'Sample', cost: '5', approval: 'no' })
  const sample = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: 'Sample' } }))
  await lou.run('reward redeem', { reward: sample.id })
  if ((await lou.run('reward list')).includes('waits for a decision')) await ana.press('Approve')
  const { id: gift } = await w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { product: 'Sample' } }))
  const at = { name: 'Lou', address: 'Rose Lane 4\n10115 Berlin', country: 'DE' }
  await lou.run('gift accept', { gift, ...at })
  await w.tick()
  expect(await lou.run('reward list')).toContain('approved, to be handed over')
  await ana.run('gift sent', { gift })
  await w.tick()
  expect(await lou.run('reward list')).not.toContain('to be handed over')
  const seen = await lou.sees()
  expect(seen).toContain('Sample: done')
  expect(seen).not.toContain('Sample: approved')
})

test('points do not come back while the gift they were given for goes on', async () => {
  const own = { creatorId: mia.creatorId, giftId: { not: null } }
  const { id, giftId } = await w.within((ctx) => ctx.db.redemption.findFirstOrThrow({ where: own }))
  const before = await points()
  expect(await ana.run('reward decide', { redemption: id, answer: 'decline' })).toContain('It goes on as a gift.')
  expect(await points()).toBe(before)
  await ana.run('gift decline', { gift: giftId!, why: 'Sold out' })
  expect(await ana.run('reward decide', { redemption: id, answer: 'decline' })).toContain('declined')
  expect(await points()).toBe(before + 60)
})

test('whoever put much money into the catalog does not approve it alone, with no account of theirs', async () => {
  const asked = async (kind: string) => {
    await ana.run('reward add', { kind, title: `Much ${kind}`, cost: '1', worth: '5000.00' })
    const { id: reward } = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: `Much ${kind}` } }))
    await mia.run('reward redeem', { reward })
    return wish()
  }
  const credit = await asked('credit')
  expect(await ana.run('reward decide', { redemption: credit.id, answer: 'approve' })).toContain('Ask another manager')
  await ana.run('reward decide', { redemption: credit.id, answer: 'decline' })
  const { id } = await asked('cash')
  const answer = { redemption: id, answer: 'approve' }
  expect(await ana.run('reward decide', answer)).toContain('Ask another manager')
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await older.run('profile connect'))![0]
  expect(await ana.run('profile connect', { code })).toMatch(/^You are one person now/)
  expect(await ana.run('reward decide', answer)).toContain('Ask another manager')
  const bea = await w.manager('Bea')
  expect(await bea.run('reward decide', answer)).not.toContain('Ask another manager')
  expect(await w.within((ctx) => ctx.db.transfer.count({ where: { key: `reward:${id}` } }))).toBe(1)
})

test('much money in small pieces out of one hand wants another one, though each piece is had without a decision', async () => {
  const [max, eva, bob] = [await w.manager('Max'), await w.creator('Eva'), await w.manager('Bob')]
  await w.within((ctx) => movePoints(ctx, { creatorId: eva.creatorId, points: 9, kind: 'back', key: 'eva' }))
  await max.run('reward add', { kind: 'cash', title: 'Sixty', cost: '1', worth: '60.00' })
  const { id: reward } = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: 'Sixty' } }))
  const payable = async () => /Payable +(\S+)/.exec(await eva.run('earnings'))?.[1]
  await eva.run('reward redeem', { reward })
  await eva.run('reward redeem', { reward })
  expect(await payable()).toBe('€60.00')
  const { id: redemption } = await w.within((ctx) =>
    ctx.db.redemption.findFirstOrThrow({ where: { rewardId: reward, state: 'asked' } }),
  )
  expect(await max.run('reward decide', { redemption, answer: 'approve' })).toContain('You put this into the catalog yourself.')
  await bob.run('reward decide', { redemption, answer: 'approve' })
  expect(await payable()).toBe('€120.00')
  w.at(days(w.now, 2))
  await eva.run('reward redeem', { reward })
  expect(await payable()).toBe('€180.00')
})

test('small pieces that were asked for long before are one large piece where one hand gives them at once', async () => {
  const [max, eva, bob] = [await w.manager('Moe'), await w.creator('Eve'), await w.manager('Rob')]
  await w.within((ctx) => movePoints(ctx, { creatorId: eva.creatorId, points: 9, kind: 'back', key: 'eve' }))
  await max.run('reward add', { kind: 'cash', title: 'Seventy', cost: '1', worth: '70.00', approval: 'yes' })
  const { id: rewardId } = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: 'Seventy' } }))
  await eva.run('reward redeem', { reward: rewardId })
  await eva.run('reward redeem', { reward: rewardId })
  w.at(days(w.now, 3))
  const wishes = await w.within((ctx) => ctx.db.redemption.findMany({ where: { rewardId } }))
  const [first, second] = wishes.map(({ id }) => ({ redemption: id, answer: 'approve' }))
  expect(await max.run('reward decide', first!)).not.toContain('You put this into the catalog yourself.')
  expect(await max.run('reward decide', second!)).toContain('You put this into the catalog yourself.')
  expect(await bob.run('reward decide', second!)).not.toContain('You put this into the catalog yourself.')
})

test('two pieces that one hand gives at the same moment are one large piece too', async () => {
  const [max, eva] = [await w.manager('Tom'), await w.creator('Ebba')]
  await w.within((ctx) => movePoints(ctx, { creatorId: eva.creatorId, points: 9, kind: 'back', key: 'ebba' }))
  for (const title of ['One', 'Two']) {
    await max.run('reward add', { kind: 'cash', title, cost: '1', worth: '70.00', approval: 'yes' })
    const { id: reward } = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title } }))
    await eva.run('reward redeem', { reward })
  }
  const wishes = await w.within((ctx) => ctx.db.redemption.findMany({ where: { creatorId: eva.creatorId } }))
  const said = await Promise.all(wishes.map(({ id }) => max.run('reward decide', { redemption: id, answer: 'approve' })))
  expect(said.filter((one) => one.includes('You put this into the catalog yourself.'))).toHaveLength(1)
  for (const { id } of wishes) await max.run('reward decide', { redemption: id, answer: 'decline' })
})

test('without a decision in thirty days the points come back', async () => {
  await w.within((ctx) => movePoints(ctx, { creatorId: mia.creatorId, points: 60, kind: 'back', key: 'y' }))
  await mia.run('reward redeem', { reward: (await serum()).id })
  const before = await points()
  w.at(days(w.now, 31))
  await w.tick()
  expect([await points(), (await serum()).stock]).toEqual([before + 60, 2])
  expect(await w.within((ctx) => ctx.db.redemption.count({ where: { state: 'expired' } }))).toBe(1)
})

test('a creator who turns out to be another brings their points along', async () => {
  const ben = await w.creator('Ben')
  const before = await points()
  await w.within(async (ctx) => {
    await movePoints(ctx, { creatorId: ben.creatorId, points: 7, kind: 'back', key: 'z' })
    await follow(ctx, { from: ben.creatorId, to: mia.creatorId })
  })
  expect(await points()).toBe(before + 7)
})

test('whoever was banned since they asked gets no money; what they set aside comes back', async () => {
  const kim = await w.creator('Kim')
  await ana.run('reward add', { kind: 'cash', title: 'Little', cost: '10', worth: '20.00', approval: 'yes' })
  const { id: reward } = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: 'Little' } }))
  await w.within((ctx) => movePoints(ctx, { creatorId: kim.creatorId, points: 10, kind: 'back', key: 'kim' }))
  await kim.run('reward redeem', { reward })
  const { id } = await wish()
  await ana.run('creator ban', { creator: kim.creatorId, why: 'Bought followers' })
  expect(await ana.run('reward decide', { redemption: id, answer: 'approve' })).toMatch(
    /Kim is banned and gets no rewards\.[\s\S]*Decline it/,
  )
  expect(await w.within((ctx) => ctx.db.transfer.count({ where: { key: `reward:${id}` } }))).toBe(0)
  expect(await ana.run('reward decide', { redemption: id, answer: 'decline' })).toContain('declined, points returned')
})

test('what was set aside for somebody who is forgotten is for others again', async () => {
  const leo = await w.creator('Leo')
  const before = (await serum()).stock
  await w.within((ctx) => movePoints(ctx, { creatorId: leo.creatorId, points: 60, kind: 'back', key: 'leo' }))
  await leo.run('reward redeem', { reward: (await serum()).id })
  expect((await serum()).stock).toBe(before! - 1)
  await w.within((ctx) => forget(ctx, { creatorIds: [leo.creatorId], personIds: [leo.personId], words: [] }))
  expect((await serum()).stock).toBe(before)
})

test('a product that somebody gave their points for is theirs through a pause', async () => {
  const ida = await w.creator('Ida')
  await w.within((ctx) => movePoints(ctx, { creatorId: ida.creatorId, points: 60, kind: 'back', key: 'ida' }))
  await ida.run('reward redeem', { reward: (await serum()).id })
  const { id } = await wish()
  await ana.run('creator pause', { creator: ida.creatorId })
  expect(await ana.run('reward decide', { redemption: id, answer: 'approve' })).not.toContain('no active creator')
  expect(await ida.sees()).toContain('say where it may go')
  const { id: gift } = await w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { creatorId: ida.creatorId } }))
  const at = { name: 'Ida', address: 'Rose Lane 4\n10115 Berlin', country: 'DE' }
  expect(await ida.run('gift accept', { gift, ...at })).toContain('to be sent')
})
