import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
let other: string
beforeAll(async () => {
  w = await world()
  other = await w.neighbour()
})
afterAll(() => w.close())

test('a unit of work sees only its own program, whatever it asks for', async () => {
  await w.within(async (ctx) => {
    expect(await ctx.db.termsVersion.count({ where: { programId: other } })).toBe(0)
    expect(await ctx.db.termsVersion.count()).toBe(1)
    const raw = await ctx.db.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM "Channel" WHERE "programId" = ${other}`
    expect(raw[0]!.n).toBe(0n)
  })
})

test('a write into another program is refused, nested and raw too', async () => {
  const row = (programId: string) => ({
    id: `mis_${programId}`,
    programId,
    title: 'x',
    brief: 'x',
    state: 'open',
    feeMinor: 0n,
    budgetMinor: 0n,
    opensAt: w.now,
    createdAt: w.now,
  })
  await expect(w.within((ctx) => ctx.db.mission.create({ data: row(other) }))).rejects.toThrow(/row-level security/)
  await expect(
    w.within(
      (ctx) =>
        ctx.db
          .$executeRaw`INSERT INTO "Draft" ("programId", "personId", run, values, "expiresAt") VALUES (${other}, 'p', 'r', '{}', now())`,
    ),
  ).rejects.toThrow(/row-level security/)
  expect(await w.within((ctx) => ctx.db.schedule.updateMany({ where: { programId: other }, data: { paused: true } }))).toEqual({
    count: 0,
  })
})

test('without a tenant nothing is seen', async () => {
  const { rows } = await w.app.database.pool.query('SELECT count(*)::int AS n FROM "TermsVersion"')
  expect(rows[0].n).toBe(0)
})

test('money and proofs are only ever added', async () => {
  const transfer = (ctx: { id: (k: 'transfer') => string }) => ({
    id: ctx.id('transfer'),
    programId: w.programId,
    from: 'a',
    to: 'b',
    minor: 5n,
    currency: 'EUR',
    key: 'k1',
    because: {},
    at: w.now,
  })
  await w.within((ctx) => ctx.db.transfer.create({ data: transfer(ctx) }))
  await expect(w.within((ctx) => ctx.db.transfer.updateMany({ data: { minor: 6n } }))).rejects.toThrow(
    /append-only|permission denied/,
  )
  await expect(w.within((ctx) => ctx.db.transfer.deleteMany())).rejects.toThrow(/append-only|permission denied/)
  await expect(w.app.database.owner.query(`UPDATE "Transfer" SET minor = 7`)).rejects.toThrow(/append-only/)
  await expect(w.app.database.owner.query(`TRUNCATE "Transfer"`)).rejects.toThrow(/append-only/)
  await expect(w.within((ctx) => ctx.db.transfer.create({ data: { ...transfer(ctx), key: 'k2', minor: 0n } }))).rejects.toThrow(
    /Transfer_minor_positive/,
  )
  await expect(w.within((ctx) => ctx.db.transfer.create({ data: transfer(ctx) }))).rejects.toThrow(/Unique constraint/)
})
