/** Whoever turns out to be two creators keeps the better of the tiers that both had earned, until its time is over. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { policySchema } from '../../src/programs/rules.ts'
import { reconcile } from '../../src/recognition/badges.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
  const steps = [
    { name: 'Silver', from: '50000', rateBps: 1_200 },
    { name: 'Gold', from: '100000', rateBps: 1_500 },
  ]
  const policy = policySchema.parse({ tiers: { measure: 'revenue', window: 'month', mode: 'marginal', steps } })
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
})
afterAll(() => w.close())

const connect = async (shows: Persona, types: Persona): Promise<string> =>
  types.run('profile connect', { code: /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await shows.run('profile connect'))![0] })
let sales = 0
const sell = async (of: Member, minor: number): Promise<string> => {
  const id = `t-${++sales}`
  await tell(w, order(id, { codes: [of.code], base: { minor: String(minor), currency: 'EUR' }, components: {} }))
  return id
}
test.each([
  ['nothing', 0],
  ['Silver', 60_000],
])('the account that goes has Gold, which refunds undid, and the one that stays has %s', async (name, older) => {
  w.at('2026-11-20T12:00:00Z')
  const stays = await enlist(w, `Old${name}`)
  w.at('2026-11-20T12:00:01Z')
  const goes = await enlist(w, `New${name}`)
  if (older > 0) await tell(w, refund(await sell(stays, older), `o-${name}`, older))
  await sell(goes, 10_000)
  const sold = await sell(goes, 100_000)
  await tell(w, refund(sold, `g-${name}`, 100_000))
  expect(await goes.run('tier show')).toContain('Your tier: Gold')
  await connect(stays, goes)
  expect(await goes.run('tier show')).toContain('Your tier: Gold')
  expect(await goes.run('why', { order: await sell(goes, 10_000) })).toMatch(/15 %, the rate of tier Gold/)
  await w.within(reconcile)
  const where = { kind: 'grant', audience: stays.personId, key: { startsWith: 'tier:' } }
  const roles = await w.within((ctx) => ctx.db.outbox.findMany({ where, orderBy: { key: 'asc' } }))
  expect(roles.filter(({ payload }) => (payload as { on: boolean }).on).map(({ key }) => key)).toEqual(['tier:Gold'])
})
