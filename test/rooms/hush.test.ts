import { afterAll, beforeAll, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const nudge = (personId: string, key: string) =>
  w.within((ctx) => ctx.show({ person: personId }, key, card(`Nudge ${key}`), { unasked: true }))

test('what nobody asked for waits for the end of quiet hours, in the reader’s own zone; answers do not', async () => {
  const mia = await w.applicant('Mia')
  await mia.run('settings', { zone: 'America/New_York', quiet_from: '21:00', quiet_to: '09:00' })
  w.at('2026-11-21T03:00:00Z') // 22:00 in New York
  await nudge(mia.personId, 'late')
  await w.within((ctx) => ctx.show({ person: mia.personId }, 'decision', card('Decided')))
  expect(await mia.sees()).toMatch(/^Decided/)
  expect(await mia.sees()).not.toContain('Nudge late')
  w.at('2026-11-21T13:59:00Z')
  expect(await mia.sees()).not.toContain('Nudge late')
  w.at('2026-11-21T14:00:00Z')
  expect(await mia.sees()).toContain('Nudge late')
})

test('a pause holds it back until it ends', async () => {
  const zoe = await w.applicant('Zoe')
  w.at('2026-11-21T12:00:00Z')
  await zoe.run('settings', { pause: '2' })
  await nudge(zoe.personId, 'paused')
  w.at('2026-11-22T12:00:00Z')
  expect(await zoe.sees()).not.toContain('Nudge paused')
  w.at('2026-11-23T13:00:00Z')
  expect(await zoe.sees()).toContain('Nudge paused')
})

test('answers are kept sealed, for one may carry a secret that is shown once', async () => {
  const root = await w.admin('Root')
  const shown = await root.run('setup program', { rotate: 'generic' })
  const secret = /whsec_[A-Za-z0-9+/=]+/.exec(shown)![0]
  const { rows } = await w.app.database.owner.query<{ everything: string }>(
    `SELECT coalesce(string_agg(i::text, ' '), '') AS everything FROM "Inbox" i`,
  )
  expect(rows[0]!.everything).toContain('sealed')
  expect(rows[0]!.everything).not.toContain(secret)
  const audit = await w.app.database.owner.query<{ everything: string }>(
    `SELECT coalesce(string_agg(a::text, ' '), '') AS everything FROM "Audit" a`,
  )
  expect(audit.rows[0]!.everything).not.toContain(secret)
})
