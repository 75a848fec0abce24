import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretOf, type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the secret a shop shows is kept sealed, beside the one before, and never shown', async () => {
  const root = await w.admin('Root')
  await root.ask('setup program')
  const { form } = await root.press('Enter Shopify secret')
  expect(form?.fields.map((f) => f.name)).toEqual(['secret'])
  const { text } = await root.fill({ secret: 'shpss_0123456789abcdef' })
  expect(text).toContain('Secret kept')
  expect(text).toContain(`https://go.glow.example/hooks/shopify/${w.programId}`)
  expect(text).not.toContain('shpss_')
  expect(await secretOf(w.app, w.programId, 'shopify')).toBe('shpss_0123456789abcdef')
  const stored = await w.within(
    (ctx) => ctx.db.$queryRaw<{ found: bigint }[]>`
    SELECT (SELECT COUNT(*) FROM "Connection" WHERE secrets::text LIKE '%shpss%') + (SELECT COUNT(*) FROM "Audit" WHERE given::text LIKE '%shpss%') AS found`,
  )
  expect(stored[0]!.found).toBe(0n)
  const row = await w.within((ctx) => ctx.db.connection.findFirstOrThrow({ where: { source: 'shopify' } }))
  expect(row.secrets).toHaveLength(2)
})

test('managers may not, and a short secret is refused', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('connect', { source: 'shopify', secret: 'shpss_0123456789abcdef' })).toContain('Not allowed')
  const root = await w.admin('Root')
  expect(await root.run('connect', { source: 'shopify', secret: 'short' })).toContain('must have at least 8 characters')
})
