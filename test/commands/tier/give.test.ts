import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
  const admin = await w.admin('Ada')
  await admin.run('tier set', { steps: 'Silver 500 12 %; Gold 1000 15 %', confirm: 'yes' })
})
afterAll(() => w.close())

test('a tier by hand holds at once and wins; taking it back waits for the notice; a sale told late gets that of its day', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  const creator = mia.creatorId
  const sell = async (id: string, at: string) => {
    await tell(w, order(id, { codes: [mia.code], at }))
    return mia.run('why', { order: `#${id}` })
  }
  expect(await ana.run('tier give', { creator, tier: 'gold' })).toMatch(/Mia is given Gold[\s\S]*Rate +15 %/)
  expect(await mia.sees()).toContain('From now on your tier is Gold, whatever you sell. Your rate is 15 %.')
  expect(await mia.run('tier show')).toMatch(/Your tier: Gold[\s\S]*by the team/)
  expect(await sell('a', '2026-11-20T12:30:00Z')).toContain('the rate of tier Gold')
  expect(await sell('b', '2026-11-20T11:30:00Z')).toContain('10 %, the rate of the program')
  const role = () =>
    w.within((ctx) => ctx.db.outbox.findFirst({ where: { kind: 'grant', key: 'tier:Gold' }, orderBy: { seq: 'desc' } }))
  expect((await role())?.payload).toMatchObject({ on: true })

  w.at('2026-11-20T12:00:01Z')
  expect(await ana.run('tier give', { creator, tier: 'none' })).toMatch(/Sales decide the tier of Mia[\s\S]*From +Dec 4, 2026/)
  expect(await mia.sees()).toContain('You have Gold now. From Dec 4, 2026 your sales decide your tier')
  expect(await ana.run('creator show', { creator })).toContain('Gold; by sales from Dec 4, 2026')
  expect(await mia.run('tier show')).toContain('Your tier: Gold')
  expect(await sell('c', '2026-12-03T12:00:00Z')).toContain('the rate of tier Gold')
  expect(await sell('d', '2026-12-05T12:00:00Z')).toContain('10 %, the rate of the program')

  w.at('2026-12-05T12:00:00Z')
  await w.app.runJob('due')
  expect(await mia.run('tier show')).toContain('Your tier: none yet')
  expect((await role())?.payload).toMatchObject({ on: false })
  expect(await sell('e', '2026-12-03T12:10:00Z')).toContain('the rate of tier Gold')
  w.at('2026-11-20T12:00:00Z')
})

test('what was announced is taken back by another word, and whoever has it is counted', async () => {
  const ana = await w.manager('Ana')
  const noa = await w.creator('Noa')
  const creator = noa.creatorId
  await ana.run('tier give', { creator, tier: 'Gold' })
  w.at('2026-11-20T12:00:01Z')
  expect(await ana.run('tier give', { creator, tier: 'Silver' })).toContain('when the notice of the program is over')
  w.at('2026-11-20T12:00:02Z')
  expect(await ana.run('tier give', { creator, tier: 'Gold' })).toContain('What was announced does not come')
  expect(await noa.sees()).toContain('What was announced of it for Dec 4, 2026 does not come.')
  w.at('2026-12-05T12:00:00Z')
  await w.app.runJob('due')
  expect(await noa.run('tier show')).toContain('Your tier: Gold')
  expect(await ana.run('tier list')).toMatch(/Gold +from €1,000\.00, 15 %, held by 1/)
  w.at('2026-11-20T12:00:00Z')
})

test('refused: what is no tier, what holds already, oneself', async () => {
  const ana = await w.manager('Ana')
  const pia = await w.creator('Pia')
  const creator = pia.creatorId
  expect(await ana.run('tier give', { creator, tier: 'Diamond' })).toMatch(
    /“Diamond” is none of the tiers\.\s+They are Silver, Gold/,
  )
  expect(await ana.run('tier give', { creator, tier: 'none' })).toContain('Pia was given no tier')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: pia.personId }, data: { role: 'manager' } }))
  expect(await pia.run('tier give', { creator, tier: 'Gold' })).toContain('This is your own tier.')
})

test('a word that an imported list called a tier and that is none is no role: a server may have one of that name', async () => {
  const ana = await w.manager('Ana')
  const [zoe, ida] = [await w.creator('Zoe'), await w.creator('Ida')]
  const listed = (creatorId: string, tier: string) =>
    w.within((ctx) => ctx.db.creator.update({ where: { id: creatorId }, data: { tier } }))
  await listed(zoe.creatorId, 'Staff')
  await listed(ida.creatorId, 'gold')
  const roles = (personId: string) =>
    w.within(async (ctx) => {
      const rows = await ctx.db.outbox.findMany({
        where: { kind: 'grant', audience: personId, key: { startsWith: 'tier:' } },
        orderBy: { key: 'asc' },
      })
      return rows.map(({ key, payload }) => `${key} ${(payload as { on: boolean }).on}`)
    })
  await w.app.runJob('recognition')
  expect(await roles(zoe.personId)).toEqual([])
  expect(await roles(ida.personId)).toEqual(['tier:Gold true'])
  await ana.run('tier give', { creator: zoe.creatorId, tier: 'Silver' })
  expect(await roles(zoe.personId)).toEqual(['tier:Silver true'])
})
