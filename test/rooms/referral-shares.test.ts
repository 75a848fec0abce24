/** The share of whoever brought a creator, where a tier has paid more for the sale since it became payable. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../src/ledger/audit.ts'
import { balances } from '../../src/ledger/service.ts'
import { expected } from '../../src/payouts/expected.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, payByTier, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
  await payByTier(w, '22000')
})
afterAll(async () => {
  expect(await w.within(audit)).toEqual([])
  await w.close()
})

const payable = async ({ creatorId }: Member) => Number((await w.within((ctx) => balances(ctx, creatorId))).payable.minor)
const sell = (of: Member, id: string, at: string) =>
  tell(w, order(id, { codes: [of.code], at, base: { minor: '10000', currency: 'EUR' }, components: {} }))

test('a refund takes the same part of the share as of the sale, also of one that was topped up meanwhile', async () => {
  const [inviter, of] = [await enlist(w, 'Inviter'), await enlist(w, 'Friend')]
  const brought = { invitedBy: inviter.personId, decidedAt: new Date('2026-10-01T00:00:00Z') }
  await w.within((ctx) => ctx.db.creator.update({ where: { id: of.creatorId }, data: brought }))
  await sell(of, 'ripe', '2026-11-10T10:00:00.000Z')
  await sell(of, 'half', '2026-11-11T10:00:00.000Z')
  await tell(w, refund('half', 'half-1', 6_000))
  await w.app.runJob('due')
  expect([await payable(of), await payable(inviter)]).toEqual([1_000 + 400, 100 + 40])
  // 15 % of both from now on, and the share stays that of what they had earned.
  w.at('2026-11-20T12:05:00Z')
  await sell(of, 'later', '2026-11-20T10:00:00.000Z')
  expect([await payable(of), await payable(inviter)]).toEqual([1_500 + 600, 100 + 40])
  await tell(w, refund('ripe', 'ripe-1', 4_000), refund('half', 'half-2', 1_000))
  expect([await payable(of), await payable(inviter)]).toEqual([900 + 450, 60 + 30])
  await tell(w, refund('ripe', 'ripe-2', 2_000), refund('half', 'half-3', 3_000))
  expect([await payable(of), await payable(inviter)]).toEqual([600, 40])
  await tell(w, refund('ripe', 'ripe-3', 4_000))
  expect([await payable(of), await payable(inviter)]).toEqual([0, 0])
})

test('whoever leaves and is admitted anew was brought once, and the months do not begin again', async () => {
  w.at('2026-11-20T12:00:00Z')
  const [inviter, of] = [await enlist(w, 'Bringer'), await enlist(w, 'Comer')]
  const began = new Date('2026-10-01T00:00:00Z')
  await w.within((ctx) =>
    ctx.db.creator.update({
      where: { id: of.creatorId },
      data: { invitedBy: inviter.personId, createdAt: began, decidedAt: began },
    }),
  )
  const ana = await w.manager('Ana')
  w.at('2026-12-01T12:00:00Z')
  await of.run('leave', { sure: 'yes' })
  await w.within((ctx) => ctx.db.creator.update({ where: { id: of.creatorId }, data: { state: 'applied', termsAt: w.now } }))
  w.at('2027-09-01T12:00:00Z')
  expect(await ana.run('creator approve', { creator: of.creatorId })).not.toContain('Not')
  await sell(of, 'within', '2027-09-02T10:00:00.000Z')
  await sell(of, 'beyond', '2027-10-02T10:00:00.000Z')
  w.at('2027-10-20T12:00:00Z')
  await w.app.runJob('due')
  expect([await payable(of), await payable(inviter)]).toEqual([2_000, 100])
})

test('what is expected on payday is what is paid then, with shares of friends’ sales and milestones that ripen before', async () => {
  w.at('2026-11-20T12:00:00Z')
  const [inviter, of] = [await enlist(w, 'Promised'), await enlist(w, 'Buddy')]
  await w.within(async (ctx) => {
    const data = { invitedBy: inviter.personId, decidedAt: new Date('2026-10-01T00:00:00Z') }
    await ctx.db.creator.update({ where: { id: of.creatorId }, data })
    const { policy } = await ctx.db.program.findUniqueOrThrow({ where: { id: w.programId } })
    const milestones = [{ name: 'Two sales', kind: 'orders', at: '2', bonusMinor: '300' }]
    const more = policySchema.parse({ ...(policy as object), milestones })
    await ctx.db.program.update({ where: { id: w.programId }, data: { policy: more } })
  })
  await sell(of, 'soon', '2026-11-20T10:00:00.000Z')
  await tell(w, refund('soon', 'soon-1', 4_000))
  await sell(of, 'soon-too', '2026-11-20T10:30:00.000Z')
  await sell(inviter, 'own', '2026-11-20T10:00:00.000Z')
  await sell(inviter, 'own-too', '2026-11-20T11:00:00.000Z')
  const promise = async (one: Member) => Number((await w.within((ctx) => expected(ctx, one.creatorId))).amount.minor)
  const promised = [await promise(inviter), await promise(of)]
  w.at('2026-12-14T12:00:00Z')
  await w.app.runJob('due')
  expect(promised).toEqual([await payable(inviter), await payable(of)])
  expect(promised).toEqual([2_000 + 60 + 100 + 300, 600 + 1_000 + 300])
})
