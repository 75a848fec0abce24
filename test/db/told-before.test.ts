import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { stranger } from './stranger.ts'

const clicks = ['clk_1-ab', 'EAIaIQobChMI', 'buyer@example.com', null]

/** Orders and what was heard of them with click ids of ours and of others, and refunds of Stripe's charges and of a shop's own. */
const past = (program: string) => `
  INSERT INTO "Program" (id, name, currency, zone, policy, "createdAt") VALUES ('${program}', 'Glow', 'EUR', 'UTC', '{}', '2026-01-01');
  ${clicks
    .map((cid, n) => {
      const word = cid === null ? 'NULL' : `'${cid}'`
      const facts = JSON.stringify([
        { type: 'order.named', names: ['x'] },
        { type: 'order.placed', orderId: `${n}`, ...(cid && { cid }) },
      ])
      return `
  INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, cid, rule, "createdAt")
    VALUES ('${program}_o${n}', '${program}', 'stripe', '${n}', '${n}', '2026-01-01', 'EUR', 1, '{}', '[]', ${word}, 'no touch', '2026-01-01');
  INSERT INTO "Inbox" (id, "programId", source, "externalId", state, "bodyHash", facts, "receivedAt")
    VALUES ('${program}_i${n}', '${program}', 'stripe', 'e${n}', 'done', 'x', '${facts}', '2026-01-01');`
    })
    .join('')}
  INSERT INTO "Refund" (id, "programId", source, "externalId", "orderExternalId", base, currency, cumulative, at, "createdAt")
  SELECT '${program}_' || id, '${program}', source, external, '1', 1, 'EUR', id <> 'list', '2026-01-01', '2026-01-01'
  FROM (VALUES ('one', 'stripe-2', 'ch_1:4000'), ('list', 'stripe', 're_1'), ('own', 'generic', 'ch_1:4000')) r (id, source, external)`

test('what shops told of before is kept as it is told now: charges by their name, and no click id that is none of ours', async () => {
  const house = await stranger('troupe_told', 'CREATEROLE NOSUPERUSER NOBYPASSRLS', true)
  await house.administers('troupe_app')
  await migrate(house.url, { last: '0051_given-tiers' })
  const client = new pg.Client(house.url)
  await client.connect()
  const column = async (sql: string) => (await client.query({ text: sql, rowMode: 'array' })).rows.map(([one]) => one)
  const programs = ['prg_a', 'prg_b']
  for (const program of programs) {
    await client.query(`SELECT set_config('troupe.program', '${program}', false)`)
    await client.query(past(program))
  }
  await migrate(house.url)
  for (const program of programs) {
    await client.query(`SELECT set_config('troupe.program', '${program}', false)`)
    expect(await column('SELECT cid FROM "Order" ORDER BY id')).toEqual(['clk_1-ab', null, null, null])
    const facts = await column('SELECT facts FROM "Inbox" ORDER BY id')
    expect(facts.map((all) => all.map((fact: { cid?: string }) => fact.cid))).toEqual([
      [undefined, 'clk_1-ab'],
      ...[1, 2, 3].map(() => [undefined, undefined]),
    ])
    expect(facts[1]).toEqual([
      { type: 'order.named', names: ['x'] },
      { type: 'order.placed', orderId: '1' },
    ])
    expect(await column('SELECT payment FROM "Refund" ORDER BY id')).toEqual([null, 'ch_1', null])
  }
  await client.end()
  await house.admin.query('REVOKE troupe_app FROM troupe_told CASCADE')
  await house.end()
})
