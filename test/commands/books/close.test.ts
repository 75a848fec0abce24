import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-10-20T10:00:00Z' })
})
afterAll(() => w.close())

/** They agreed that the brand writes their invoices. */
async function agree(w: World, creatorId: string): Promise<void> {
  const details = {
    name: 'Mia Lind',
    country: 'SE',
    address: { line: 'Väg 1', more: '', postcode: '111 22', city: 'Stockholm', region: '' },
    vatId: 'SE556000475701',
  }
  await w.within((ctx) =>
    ctx.db.payee.create({
      data: {
        id: ctx.id('payee'),
        programId: ctx.program.id,
        creatorId,
        sealed: ctx.seal(JSON.stringify(details)),
        country: 'SE',
        method: 'paypal',
        shown: 'mia@…',
        accountHash: 'x',
        taxForm: 'none',
        billingAt: ctx.now,
        createdAt: ctx.now,
        changedAt: ctx.now,
      },
    }),
  )
}

test('shows the trial balance first, closes at the press, and invoices those who agreed', async () => {
  const root = await w.admin('Root')
  expect(await root.run('books close')).toContain('Nothing was booked yet.')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code], at: '2026-10-19T10:00:00Z' }))
  expect(await root.run('books close')).toContain('October 2026, and it is not over yet')
  w.at('2026-11-03T10:00:00Z')
  const shown = await root.run('books close')
  expect(shown).toContain('Close October 2026?')
  expect(shown).toMatch(/Creators, pending +€8\.00/)
  expect(shown).toMatch(/Commission expense +-€8\.00/)
  await agree(w, mia.creatorId)
  await root.press('Close the month')
  expect((await root.run('books close')).replaceAll('*', '')).toContain('November 2026, and it is not over yet')
  expect(await root.run('books close', { month: '2026-10' })).toContain('October 2026 is closed already.')
  await w.app.runJob('statements')
  await w.app.runJob('statements')
  expect(await mia.sees()).toContain('Invoice 2026-00001 over €8.00 was written in your name')
  expect(await w.within((ctx) => ctx.db.statement.count())).toBe(1)
  // Two months closed one after the other, before the bell rings: both are billed.
  for (const day of ['2026-11-20', '2026-12-20']) {
    w.at(`${day}T10:00:00Z`)
    await tell(w, order(day, { codes: [mia.code], at: `${day}T10:00:00Z` }))
  }
  w.at('2027-01-03T10:00:00Z')
  for (const month of ['2026-11', '2026-12']) {
    await root.run('books close', { month })
    await root.press('Close the month')
  }
  await w.app.runJob('statements')
  expect(await w.within((ctx) => ctx.db.statement.findMany({ orderBy: { month: 'asc' } }))).toMatchObject([
    { month: '2026-10', number: 1 },
    { month: '2026-11', number: 1 },
    { month: '2026-12', number: 2 },
  ])
})

test('months before the first that is closed are closed with it, and are billed as well', async () => {
  const fresh = await world({ now: '2026-10-20T10:00:00Z' })
  const [root, mia] = [await fresh.admin('Root'), await enlist(fresh, 'Mia')]
  await agree(fresh, mia.creatorId)
  for (const month of ['2026-10', '2026-11']) {
    fresh.at(`${month}-20T10:00:00Z`)
    await tell(fresh, order(month, { codes: [mia.code], at: `${month}-20T10:00:00Z` }))
  }
  fresh.at('2026-12-03T10:00:00Z')
  await root.run('books close', { month: '2026-11' })
  await root.press('Close the month')
  await fresh.app.runJob('statements')
  const statements = await fresh.within((ctx) => ctx.db.statement.findMany({ orderBy: { month: 'asc' } }))
  expect(statements).toMatchObject([
    { month: '2026-10', number: 1 },
    { month: '2026-11', number: 2 },
  ])
  await fresh.close()
})

test('is for finance', async () => {
  expect(await (await w.manager('Ana')).run('books close')).toContain('is for finance members and admins')
})
