import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import type { Persona } from '../../chat.ts'
import { openShare, shared } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('records a use within the rights, refuses one outside with the clause, and asks for it to come down', async () => {
  const { row } = await shared(w, { words: 'It glows' })
  const use = (channel: string) => ana.run('share place', { share: row.id, channel, where: 'newsletter of 3 May' })
  expect(await use('email')).toContain('Not covered (Licence)')
  await ana.run('share approve', { share: row.id })
  expect(await use('paid_ads')).toContain('Not covered (Paid ads)')
  expect(await use('email')).toMatch(/Placed: what Kim sent/)
  await ana.run('share reject', { share: row.id, reason: 'rights' })
  expect(await use('email')).toContain('Not covered (Revocation)')
  expect(await ana.run('share list')).toMatch(/Take down: what Kim sent\nIt was taken out\. It has to be gone by/)
  expect((await ana.press('Taken down')).text).toContain('Taken down: what Kim sent')
  expect(await ana.run('share list')).not.toContain('Take down')
})

test('the rights end after 180 days', async () => {
  const { row } = await shared(w, { words: 'For a while' })
  await ana.run('share approve', { share: row.id })
  w.at('2027-05-20T12:00:00Z')
  expect(await ana.run('share place', { share: row.id, channel: 'website', where: 'home' })).toContain('Not covered (Term)')
})
