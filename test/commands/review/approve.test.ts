import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { balances } from '../../../src/ledger/service.ts'
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

test('one press: fee, praise, a line in #review, the badge; a second press changes nothing', async () => {
  const plan = { title: 'Autumn glow', brief: 'Show the serum in the morning.', feeMinor: 50_00n, budgetMinor: 500_00n }
  const mission = await w.within((ctx) => addMission(ctx, plan))
  await mia.run('submit', { url: 'https://site.example/a', mission: mission.id, caption: '#ad' })
  const { text } = await ana.press('Approve')
  expect(text).toContain('Approved by Ana')
  expect(text).toContain('The fee of €50.00 is now payable.')
  const line = (await ana.sees('review')).split('\n\n').find((p) => p.startsWith('Mia: Autumn glow'))
  expect(line).toMatch(/^Mia: Autumn glow\nApproved by Ana, .*2026/)
  expect(line).not.toContain('[Approve]')
  expect(await mia.sees()).not.toContain('Approved: Autumn glow')
  expect(await mia.sees('wins')).not.toContain('Mia')
  expect(text).toContain('Mia is told in 10 minutes.')
  expect((await ana.press('Tell now')).text).toContain('Mia has been told')
  const told = await mia.sees()
  expect(told).toContain('Approved: Autumn glow')
  expect(told).toContain('Your fee of €50.00 is payable and goes out on the next payday, day 15 of the month.')
  expect(await mia.sees('wins')).toContain('Mia')
  expect(await mia.sees('wins')).not.toContain('50')
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  expect(await ana.run('review approve', { submission })).toContain('Already decided')
  expect(await w.within((ctx) => balances(ctx, mia.creatorId))).toMatchObject({ payable: { minor: 50_00n, currency: 'EUR' } })
  expect(await w.within((ctx) => ctx.db.transfer.findMany({ where: { key: `fee:${submission}` } }))).toMatchObject([
    {
      from: 'program:content-fee',
      to: `creator:${mia.creatorId}:payable`,
      minor: 50_00n,
      because: { mission: 'Autumn glow', approvedBy: ana.personId },
    },
  ])
})

test('without a mission there is no fee and no transfer', async () => {
  await mia.run('submit', { url: 'https://site.example/b', caption: '#ad' })
  const { text } = await ana.press('Approve')
  expect(text).toContain('Approved by Ana')
  expect(text).not.toContain('payable')
  expect(await w.within((ctx) => ctx.db.transfer.count())).toBe(1)
})

test('what was corrected or added since a manager saw it is looked at before it is approved', async () => {
  const [bob, lea] = [await w.manager('Bob'), await w.creator('Lea')]
  await lea.run('submit', { url: 'https://site.example/lea', caption: '#Werbung Serum' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: lea.creatorId } }))
  const state = () => w.within(async (ctx) => (await ctx.db.submission.findUniqueOrThrow({ where: { id: submission } })).state)
  const changes = [
    () => lea.run('caption', { submission, caption: '#Werbung Something else' }),
    () => lea.run('attach', { submission, url: 'https://site.example/more' }),
  ]
  for (const change of changes) {
    await bob.ask('review take', { submission })
    expect(await change()).not.toContain('Refused')
    expect((await bob.press('Approve')).text).toContain('Its creator has changed it since you saw it.')
    expect(await state()).toBe('submitted')
  }
  expect((await bob.press('Look at it')).text).toContain('site.example/more')
  expect((await bob.press('Approve')).text).toContain('Approved by Bob')
  expect(await state()).toBe('approved')
})

test('an unknown submission, and someone who is no manager', async () => {
  expect(await ana.run('review approve', { submission: 'sub_01J00000000000000000000000' })).toContain(
    'This submission does not exist.',
  )
  expect(await ana.run('review approve', { submission: 'nonsense' })).toContain('must be picked from the list')
  expect(await mia.run('review approve', { submission: 'sub_01J00000000000000000000000' })).toContain('is for managers')
})
