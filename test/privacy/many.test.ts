// Somebody whose code sold very often, planted with one statement for each table.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csvRows } from '../../src/kernel/csv.ts'
import { purse } from '../../src/ledger/rules.ts'
import { balanceOf } from '../../src/ledger/service.ts'
import { exportOf } from '../../src/privacy/export.ts'
import { forgetTold } from '../../src/privacy/hall.ts'
import { rooms } from '../../src/privacy/walk.ts'
import type { Persona } from '../chat.ts'
import { actorOf } from '../rooms/payees.ts'
import { type World, world } from '../world.ts'

const SALES = 21_000

let w: World
let mia: Persona
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Quirinelle')
  await sell(SALES)
}, 120_000)
afterAll(() => w.close())

const codeOf = () => w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))

async function sell(many: number): Promise<void> {
  const { code } = await codeOf()
  const told = [w.programId, mia.creatorId, code, many]
  const { owner } = w.app.database
  await owner.query(
    `INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, mirror, "creatorId", rule, "createdAt")
     SELECT 'ord_' || lpad(n::text, 26, '0'), $1, 'generic', n::text, '#' || n, now(), 'EUR', 10000, '{}', jsonb_build_array($3::text, 'SALE' || n),
       NULL, $2, 'code', now() FROM generate_series(1, $4::int) n`,
    told,
  )
  await owner.query(
    `INSERT INTO "Touch" (id, "programId", "orderId", kind, "creatorId", what, at, won, reason)
     SELECT 'tch_' || lpad(n::text, 26, '0'), $1, 'ord_' || lpad(n::text, 26, '0'), 'code', $2, $3, now(), true, 'the code was used'
     FROM generate_series(1, $4::int) n`,
    told,
  )
  await owner.query(
    `INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because)
     SELECT 'oln_' || lpad(n::text, 26, '0'), $1, 'ord_' || lpad(n::text, 26, '0'), $2, 10000, 1000, 1000, 'EUR', now(),
       jsonb_build_object('rate', 'what ' || $3::text || ' gets', 'n', n) FROM generate_series(1, $4::int) n`,
    [w.programId, mia.creatorId, mia.name, many],
  )
  await owner.query(
    `INSERT INTO "Transfer" (id, "programId", "from", "to", minor, currency, key, because, at)
     SELECT 'trf_' || lpad(n::text, 26, '0'), $1, 'program:commission', 'creator:' || $2 || ':pending', 1000, 'EUR',
       'commission:oln_' || lpad(n::text, 26, '0'), '{}', now() FROM generate_series(1, $3::int) n`,
    [w.programId, mia.creatorId, many],
  )
  await owner.query(
    `INSERT INTO "Inbox" (id, "programId", source, "externalId", state, "bodyHash", facts, "receivedAt")
     SELECT 'inb_' || lpad(n::text, 26, '0'), $1, 'generic', 'm' || n || $2, 'done', '', jsonb_build_array(jsonb_build_object('codes', jsonb_build_array($3::text))), now()
     FROM generate_series(1, $4::int) n`,
    told,
  )
}

test('what is kept about them is read page by page, and every list has all of it to the cent', async () => {
  let longest = 0
  const made = await exportOf(async (work) => {
    const begun = performance.now()
    const done = await w.as(actorOf(mia), work)
    longest = Math.max(longest, performance.now() - begun)
    return done
  }, mia.personId)
  const read = async (name: string): Promise<string> => {
    let text = ''
    for await (const part of made.files.find((file) => file.name === name)!.parts()) text += part
    return text
  }
  const { data } = JSON.parse(await read('data.json')) as { data: { name: string; rows: { minor?: string }[] }[] }
  const rowsOf = (name: string) => data.find((section) => section.name === name)!.rows
  expect([rowsOf('Sales').length, rowsOf('Money').length]).toEqual([3 * SALES, SALES])
  const [head, ...rows] = csvRows(await read('money.csv')).map(({ cells }) => cells)
  const minors = [rows.map((row) => row[head!.indexOf('minor')]!), rowsOf('Money').map(({ minor }) => minor!)]
  const booked = await w.within((ctx) => balanceOf(ctx, purse(mia.creatorId, 'pending')))
  for (const list of minors) expect(list.reduce((sum, minor) => sum + BigInt(minor), 0n)).toBe(booked.minor)
  expect(csvRows(await read('sales.csv')).length).toBe(3 * SALES + 1)
  expect(longest).toBeLessThan(10_000)
  expect(await mia.run('privacy show')).toMatch(new RegExp(`Sales +${3 * SALES} `))
}, 120_000)

test('whoever sold tens of thousands of times under a code of their name is forgotten in as many units of work as it takes', async () => {
  const { code } = await codeOf()
  const subject = { personIds: [mia.personId], creatorIds: [mia.creatorId], words: [mia.name] }
  let rounds = 0
  for (let more: boolean | undefined = true; more; rounds++) {
    const left = await w.within((ctx) => rooms.orders!.forget(ctx, subject))
    more = left.more
  }
  expect(rounds).toBe(3)
  await w.within((ctx) => forgetTold(ctx, [code]))
  const { owner } = w.app.database
  for (const [table, column] of Object.entries({ Order: 'codes', Touch: 'what', Line: 'because', Inbox: 'facts' })) {
    const { rows } = await owner.query(
      `SELECT count(*) >= ${SALES} AS all, count(*) FILTER (WHERE ${column}::text ILIKE '%' || $1 || '%')::int AS named FROM "${table}"`,
      [mia.name],
    )
    expect([table, rows[0]]).toEqual([table, { all: true, named: 0 }])
  }
  const order = await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { number: '#7' } }))
  expect([order.codes, order.mirror, order.note]).toEqual([['Former creator', 'SALE7'], null, null])
}, 60_000)
