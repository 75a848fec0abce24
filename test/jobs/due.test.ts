import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import { balances } from '../../src/ledger/service.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a commission ripens when its hold ends, in whatever bell comes first, once', async () => {
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }))
  const payable = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).payable.minor)
  w.at('2026-12-04T10:59:59Z')
  await w.app.runJob('due')
  expect(await payable()).toBe(0)
  w.at('2026-12-04T11:00:00Z')
  await Promise.all([w.app.runJob('due'), w.app.runJob('due')])
  await w.app.runJob('due')
  expect(await payable()).toBe(800)
})

test('a room that breaks in one program does not stop the others, and the job says so', async () => {
  const kim = await enlist(w, 'Kim')
  await tell(w, order('2', { codes: [kim.code] }))
  const broken = await w.neighbour()
  await w.app.within(broken, async (ctx) => {
    // A policy that cannot be read, as a faulty hand edit would leave it: the earnings post fails.
    await ctx.db.program.update({ where: { id: broken }, data: { policy: { payday: 99 } } })
    const own = { programId: broken, createdAt: ctx.now }
    const details = {
      state: 'approved',
      name: 'X',
      handle: '@x',
      niche: 'other',
      country: 'DE',
      email: 'x@example.com',
      appliedAt: ctx.now,
    }
    await ctx.db.creator.create({ data: { id: 'crt_x', ...own, personId: kim.personId, ...details } })
    await ctx.db.hold.create({ data: { line: 'oln_x', ...own, creatorId: 'crt_x', kind: 'commission', availableAt: ctx.now } })
  })
  w.at('2026-12-05T11:00:00Z')
  await expect(w.app.runJob('due')).rejects.toThrow(`ledger of ${broken}`)
  expect(Number((await w.within((ctx) => balances(ctx, kim.creatorId))).payable.minor)).toBe(800)
})

test('raw bodies go after the policy says so, their facts stay; answered calls go after a week', async () => {
  const ana = await w.manager('Ana')
  await ana.run('home')
  await w.hook('generic', {
    type: 'order.created',
    data: { id: 'old', number: '#old', at: w.now.toISOString(), currency: 'EUR', total: '10.00', codes: [], items: [] },
  })
  const stored = () => w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where: { source: 'generic' } }))
  const came = w.now
  const calls = () => w.within((ctx) => ctx.db.inbox.count({ where: { source: 'chat:web', receivedAt: came } }))
  await w.app.runJob('due').catch(() => {})
  expect((await stored()).body).not.toBeNull()
  expect(await calls()).toBeGreaterThan(0)
  w.at(days(came, 8))
  await w.app.runJob('due').catch(() => {})
  expect(await calls()).toBe(0)
  expect((await stored()).body).not.toBeNull()
  w.at(days(came, 31))
  await w.app.runJob('due').catch(() => {})
  expect((await stored()).body).toBeNull()
  expect((await stored()).facts).toMatchObject([{ type: 'order.placed' }])
})

test('each minute looks only at bodies and calls that became old lately; what is older the night finds', async () => {
  const old = { programId: w.programId, bodyHash: '', state: 'done', receivedAt: days(w.now, -300) }
  await w.within(async (ctx) => {
    const body = Uint8Array.from([1])
    await ctx.db.inbox.create({ data: { ...old, id: 'inb_late', source: 'generic', externalId: 'late', body } })
    await ctx.db.inbox.create({ data: { ...old, id: 'inb_call', source: 'chat:web', externalId: 'late' } })
  })
  const kept = () =>
    w.within(async ({ db }) => [
      await db.inbox.count({ where: { id: 'inb_late', body: { not: null } } }),
      await db.inbox.count({ where: { id: 'inb_call' } }),
    ])
  await w.app.runJob('due').catch(() => {})
  expect(await kept()).toEqual([1, 1])
  // The program that breaks does not stop the others.
  await expect(w.app.runJob('retention')).rejects.toThrow('What is kept no longer')
  expect(await kept()).toEqual([0, 0])
})

test('drafts, login links and sessions that ran out are gone; those that last stay', async () => {
  const leftover = { programId: w.programId, personId: 'per_1', createdAt: w.now }
  const ends = { old: w.now, new: days(w.now, 1) }
  await w.within(async (ctx) => {
    for (const [name, expiresAt] of Object.entries(ends)) {
      await ctx.db.draft.create({ data: { programId: w.programId, personId: 'per_1', run: name, values: {}, expiresAt } })
      await ctx.db.loginLink.create({ data: { ...leftover, id: `lgn_${name}`, tokenHash: name, page: '/', expiresAt } })
      await ctx.db.session.create({ data: { ...leftover, id: `ses_${name}`, tokenHash: name, expiresAt } })
    }
  })
  await w.app.runJob('due').catch(() => {})
  const left = await w.within(async (ctx) => [
    ...(await ctx.db.draft.findMany({ where: { personId: 'per_1' } })).map((row) => row.run),
    ...(await ctx.db.loginLink.findMany({ where: { personId: 'per_1' } })).map((row) => row.tokenHash),
    ...(await ctx.db.session.findMany({ where: { personId: 'per_1' } })).map((row) => row.tokenHash),
  ])
  expect(left).toEqual(['new', 'new', 'new'])
})
