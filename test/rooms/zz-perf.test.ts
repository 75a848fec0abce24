import { test } from 'vitest'
import { standings } from '../../src/recognition/service.ts'
import { world } from '../world.ts'
test('perf', async () => {
  const w = await world({ now: '2026-11-23T12:00:00Z' })
  const p = w.programId
  const owner = (sql: string) => w.app.database.owner.query(sql.replaceAll('$P', `'${p}'`))
  await owner(`INSERT INTO "Creator" (id,"programId","personId",state,name,handle,niche,country,email,"appliedAt","createdAt") SELECT 'crt_'||i, $P, 'per_'||i, 'approved','C'||i,'@c'||i,'beauty','DE','c@x.y', now(), now() FROM generate_series(1,10000) i`)
  await owner(`INSERT INTO "Order" (id,"programId",source,"externalId",number,at,currency,base,components,codes,"creatorId",rule,"createdAt") SELECT 'ord_'||i, $P, 'generic', 'x'||i, '#'||i, timestamptz '2026-11-23' - (i % 365) * interval '1 day', 'EUR', 1000+i%5000,'{}','[]','crt_'||(1+(i::bigint*7919)%10000),'code',now() FROM generate_series(1,400000) i`)
  await owner(`INSERT INTO "Line" (id,"programId","orderId","creatorId",base,"rateBps",minor,currency,at,because) SELECT 'oln_'||substr(id,5), "programId", id, "creatorId", base, 1000, base/10, currency, at, '{}' FROM "Order"`)
  await owner(`INSERT INTO "Refund" (id,"programId",source,"externalId","orderExternalId",base,currency,at,"createdAt") SELECT 'rfd_'||i, $P, 'generic','r'||i,'x'||(i*20),100,'EUR', timestamptz '2026-11-20', now() FROM generate_series(1,20000) i`)
  await owner('ANALYZE')
  const from = '2026-11-15T23:00:00Z', to = '2026-11-22T23:00:00Z'
  for (let n = 0; n < 4; n++) for (const [metric, f] of [['revenue', from], ['revenue', '2026-10-31T23:00:00Z'], ['growth', from]] as const) {
    const t = performance.now()
    const rows = await w.within((ctx) => standings(ctx, { from: new Date(f), to: new Date(to), metric }))
    console.log(metric, f, rows.length, Math.round(performance.now() - t), 'ms')
  }

  const net = `CASE WHEN o."cancelledAt" < '${to}' THEN 0 ELSE GREATEST(0, l."base" - COALESCE(
        (SELECT SUM(r."base") FROM "Refund" r WHERE r."programId" = $P AND r."source" = o."source"
           AND r."orderExternalId" = o."externalId" AND r."currency" = o."currency" AND r."at" < '${to}'), 0)) END AS net`
  const tail = `SELECT "creatorId", SUM(net)::bigint AS revenue, COUNT(*)::int AS orders, MIN("at") AS since, MAX("at") AS "reachedAt"
    FROM credited WHERE net > 0 GROUP BY "creatorId"`
  const variants = {
    now: (f: string) => `WITH credited AS (SELECT l."creatorId", l."at", ${net} FROM "Creator" c
      JOIN "Line" l ON l."programId" = $P AND l."creatorId" = c."id" AND l."at" >= '${f}' AND l."at" < '${to}'
      JOIN "Order" o ON o."id" = l."orderId"
      WHERE c."programId" = $P AND c."state" = ANY('{approved,paused}')) ${tail}`,
    mat: (f: string) => `WITH credited AS MATERIALIZED (SELECT l."creatorId", l."at", ${net} FROM "Creator" c
      JOIN "Line" l ON l."programId" = $P AND l."creatorId" = c."id" AND l."at" >= '${f}' AND l."at" < '${to}'
      JOIN "Order" o ON o."id" = l."orderId"
      WHERE c."programId" = $P AND c."state" = ANY('{approved,paused}')) ${tail}`,
    latOrder: (f: string) => `WITH credited AS MATERIALIZED (SELECT l."creatorId", l."at", ${net} FROM "Creator" c
      JOIN "Line" l ON l."programId" = $P AND l."creatorId" = c."id" AND l."at" >= '${f}' AND l."at" < '${to}'
      CROSS JOIN LATERAL (SELECT * FROM "Order" x WHERE x."id" = l."orderId" OFFSET 0) o
      WHERE c."programId" = $P AND c."state" = ANY('{approved,paused}')) ${tail}`,
    latBoth: (f: string) => `WITH credited AS MATERIALIZED (SELECT l."creatorId", l."at", ${net} FROM "Creator" c
      CROSS JOIN LATERAL (SELECT * FROM "Line" y WHERE y."programId" = $P AND y."creatorId" = c."id" AND y."at" >= '${f}' AND y."at" < '${to}' OFFSET 0) l
      CROSS JOIN LATERAL (SELECT * FROM "Order" x WHERE x."id" = l."orderId" OFFSET 0) o
      WHERE c."programId" = $P AND c."state" = ANY('{approved,paused}')) ${tail}`,
  }
  for (let n = 0; n < 3; n++) for (const f of [from, '2026-10-31T23:00:00Z']) for (const [name, make] of Object.entries(variants)) {
    const plan = await w.within((ctx) => ctx.db.$queryRawUnsafe<Record<string, string>[]>(('EXPLAIN ANALYZE ' + make(f)).replaceAll('$P', `'${p}'`)))
    console.log(f, name, Object.values(plan.at(-1)!)[0])
  }
  await owner('CREATE INDEX ON "Line" ("programId", at)')
  for (const f of [from, '2026-10-31T23:00:00Z']) for (const [name, make] of Object.entries(variants)) {
    const plan = await w.within((ctx) => ctx.db.$queryRawUnsafe<Record<string, string>[]>(('EXPLAIN ANALYZE ' + make(f)).replaceAll('$P', `'${p}'`)))
    console.log('indexed', f, name, Object.values(plan.at(-1)!)[0])
  }
  await w.close()
}, 120000)
