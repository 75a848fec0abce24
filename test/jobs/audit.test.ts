import { afterAll, beforeAll, expect, test } from 'vitest'
import { foundProgram } from '../../src/app.ts'
import { refresh } from '../../src/recognition/tallies.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers are told of a broken law with its rows, once, and again only of other rows', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }), order('2', { codes: [mia.code] }))
  const night = async () => {
    await w.app.runJob('audit')
    return (await ana.sees('managers')).split('The books do not balance').length - 1
  }
  expect(await night()).toBe(0)
  const [one, two] = await w.within((ctx) => ctx.db.line.findMany({ orderBy: { id: 'asc' } }))
  await w.within((ctx) => ctx.db.line.update({ where: { id: one!.id }, data: { minor: 1n } }))
  expect([await night(), await night()]).toEqual([1, 1])
  expect(await ana.sees('managers')).toContain(`1 lines whose commission was not booked as they say.`)
  expect(await ana.sees('managers')).toContain(one!.id)
  await w.within((ctx) => ctx.db.line.update({ where: { id: two!.id }, data: { minor: 1n } }))
  expect(await night()).toBe(2)
})

test('a place on the board that sales do not give is told, and one that is only old is not', async () => {
  const ana = await w.manager('Ana')
  const law = 'creators whose place on the board is not what their sales give'
  await w.within(refresh)
  await w.app.runJob('audit')
  expect(await ana.sees('managers')).not.toContain(law)
  const kept = await w.within((ctx) => ctx.db.tally.findFirstOrThrow({ where: { metric: 'revenue' } }))
  const { creatorId } = kept
  const own = { programId: w.programId, creatorId, metric: 'revenue' }
  await w.within(async (ctx) => {
    await ctx.db.tally.updateMany({ where: own, data: { value: 1n, below: -1n } })
    await ctx.db.stale.create({ data: { programId: w.programId, creatorId } })
  })
  await w.app.runJob('audit')
  expect(await ana.sees('managers')).not.toContain(law)
  await w.within((ctx) => ctx.db.stale.deleteMany({ where: { programId: w.programId } }))
  await w.app.runJob('audit')
  expect(await ana.sees('managers')).toContain(`1 ${law}`)
})

test('a board whose bands do not add up to its creators is told', async () => {
  const ana = await w.manager('Ana')
  const law = 'boards whose bands do not add up to their creators'
  await w.app.runJob('audit')
  expect(await ana.sees('managers')).not.toContain(law)
  const of = { programId: w.programId, metric: 'revenue' }
  const { band, period } = await w.within((ctx) => ctx.db.tallyBand.findFirstOrThrow({ where: of }))
  await w.within((ctx) => ctx.db.tallyBand.updateMany({ where: { ...of, band, period }, data: { ranked: { increment: 3 } } }))
  await w.app.runJob('audit')
  expect(await ana.sees('managers')).toContain(`1 ${law}`)
})

test('where one audit of a program cannot be done, the others and those of other programs are, and the job says so', async () => {
  const other = await foundProgram(w.app, { name: 'Other', currency: 'EUR', zone: 'Europe/Berlin' })
  const [first, last] = [w.programId, other].sort()
  // Without a zone nobody knows which month the boards are of; the orders of both programs can be added up.
  await w.app.within(first!, ({ db }) => db.program.update({ where: { id: first! }, data: { zone: 'No/Where' } }))
  for (const programId of [first!, last!])
    await w.app.within(programId, ({ db, now }) =>
      db.order.create({
        data: {
          ...{
            id: `ord_${programId}`,
            programId,
            source: 'generic',
            externalId: 'x',
            number: 'x',
            at: now,
            currency: 'EUR',
            base: 1n,
          },
          ...{ components: {}, codes: [], creatorId: 'crt_x', rule: 'code', createdAt: now },
        },
      }),
    )
  await expect(w.app.runJob('audit')).rejects.toThrow(first!)
  for (const programId of [first!, last!]) {
    const told = await w.app.within(programId, ({ db }) =>
      db.outbox.findMany({ where: { programId, key: { startsWith: 'break:' } } }),
    )
    expect(JSON.stringify(told.map(({ payload }) => payload))).toContain("creator has no line, or another's")
  }
})
