import { afterAll, beforeAll, expect, test } from 'vitest'
import { hours } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ program: { policy: { leakGraceHours: 2 } } })
})
afterAll(() => w.close())

const codeOf = (code: string) => w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { code } }))
const order = async (id: string, code: string) =>
  w.hook('generic', {
    type: 'order.created',
    data: { id, at: w.now.toISOString(), currency: 'EUR', total: '50.00', codes: [code] },
  })

test('without a connected shop it ends here, the new one comes privately, and the grace of the policy still credits', async () => {
  const mia = await w.creator('Mia')
  const ana = await w.manager('Ana')
  const { id } = await codeOf('MIA10')
  expect(await ana.run('rotate', { code: id, why: 'leaked' })).toMatch(
    /^MIA10 is over\nOrders before keep their credit; end it in your shop too\.\nMia has the new one in their private place, and only there\./,
  )
  expect(await mia.sees()).toMatch(/Your code is now MIAGLOW10[\s\S]*found where nobody follows you/)
  expect(await mia.sees()).toMatch(/MIAGLOW10 takes 10 % off for shoppers/)
  expect(await codeOf('MIA10')).toMatchObject({ state: 'ended', endReason: 'leaked', endedAt: hours(w.now, 2) })
  expect(await codeOf('MIAGLOW10')).toMatchObject({ state: 'active', replaces: id })
  w.at(hours(w.now, 1))
  await order('in-grace', 'MIA10')
  w.at(hours(w.now, 3))
  await order('too-late', 'MIA10')
  expect(await mia.run('why', { order: 'in-grace' })).toContain('the code was used on the order')
  expect(await mia.run('why', { order: 'too-late' })).toContain('the code had leaked and was replaced')
})

test('it opens a form with codes to pick from; a creator’s list is their own', async () => {
  const lea = await w.creator('Lea')
  const ana = await w.manager('Bea')
  expect((await ana.ask('rotate')).form?.fields.map((field) => field.name)).toEqual(['code', 'why'])
  expect((await ana.suggest('rotate', 'code', 'glow')).map((one) => one.label)).toEqual(['MIAGLOW10 · Mia'])
  expect((await lea.suggest('rotate', 'code')).map((one) => one.label)).toEqual(['LEA10 · Lea'])
  const someone = await w.applicant('Someone')
  expect(await someone.run('rotate', { code: (await codeOf('LEA10')).id })).toContain('/rotate is for creators and managers.')
  expect(await someone.suggest('rotate', 'code')).toEqual([])
})

test('a code of another program does not exist', async () => {
  const ana = await w.manager('Cea')
  expect(await ana.run('rotate', { code: 'cod_01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toContain('This code does not exist.')
})

test('whoever has left gets no new code', async () => {
  const zac = await w.creator('Zac')
  const code = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: zac.creatorId } }))
  await zac.run('leave', { sure: 'yes' })
  expect(await zac.run('rotate', { code: code.id })).toMatch(
    /^Not allowed\n[\s\S]*You have left the program\. Join again with \/apply\./,
  )
  expect(await codeOf(code.code)).toMatchObject({ state: 'active' })
})

test('a manager ends the code of somebody who was banned, who gets no other', async () => {
  const ida = await w.manager('Ida')
  const max = await w.creator('Max')
  const code = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: max.creatorId } }))
  await ida.run('creator ban', { creator: max.creatorId, why: 'Bought followers' })
  expect(await ida.run('rotate', { code: code.id })).toMatch(
    /^MAX10 is over\n[\s\S]*Max is in the program no longer and gets no new one\.$/,
  )
  const codes = await w.within((ctx) => ctx.db.code.findMany({ where: { creatorId: max.creatorId } }))
  expect(codes.map(({ state }) => state)).toEqual(['ended'])
  expect(await max.sees()).not.toContain('Your code is now')
})

test('a code that goes on beside the one its creator chose can be ended at once when it leaks', async () => {
  const eva = await w.creator('Eva')
  await eva.run('code', { name: 'EVASHINES' })
  const ben = await w.manager('Ben')
  expect((await ben.suggest('rotate', 'code', 'eva')).map((one) => one.label)).toEqual(['EVA10 · Eva', 'EVASHINES · Eva'])
  expect(await ben.run('rotate', { code: (await codeOf('EVA10')).id })).toMatch(
    /^EVA10 is over\n[\s\S]*The code that came in its place stays as it is\./,
  )
  expect(await eva.sees()).toMatch(/EVA10 is over\nIt was found where nobody follows you[\s\S]*The code that you chose goes on/)
  expect(await codeOf('EVA10')).toMatchObject({ endReason: 'leaked', endedAt: hours(w.now, 2) })
  expect(await w.within((ctx) => ctx.db.code.count({ where: { creatorId: eva.creatorId!, state: 'active' } }))).toBe(1)
  expect(await ben.run('rotate', { code: (await codeOf('EVA10')).id })).toContain('EVA10 is not in use any more.')
})
