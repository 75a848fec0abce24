import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FileRef } from '../../../src/command.ts'
import { mayOpen } from '../../../src/content/queries.ts'
import { share } from '../../../src/http/share.ts'
import type { Persona } from '../../chat.ts'
import { openShare, shared } from '../../customers.ts'
import { png } from '../../pictures.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('shows the proof of consent, the address of whoever wants an answer, and what was seen before', async () => {
  const words = 'My skin is calm again after one week.'
  await shared(w, { words, email: 'first@example.com' })
  w.at('2026-11-20T12:00:01Z')
  const { row } = await shared(w, { words, email: 'kim@example.com', answer: 'yes' }, { name: 'me.png', bytes: png(30, 40, 8) })
  const shown = await ana.run('share show', { share: row.id })
  expect(shown).toMatch(/Wants an answer at +kim@example.com/)
  expect(shown).toMatch(/Seen before\nThe same as what Kim sent/)
  expect(shown).toMatch(/Conditions +Version 1, SHA-256 [0-9a-f]{16}…/)
  expect(shown).toContain('kept word for word')
  expect(shown).toMatch(/Network +203\.0\.113\.0/)
  expect(shown).toContain('Ticked: 18 or older')
})

test('a creator’s picture that a customer sends too is named with who handed it in; what only customers sent is for managers', async () => {
  const mia = await w.creator('Mia')
  const same = png(60, 50, 120)
  const stored = await w.within((ctx) => ctx.store(same, 'mine.png'))
  const file: FileRef = { platform: 'web', ref: stored.id, name: 'mine.png', bytes: stored.bytes, mime: stored.mime }
  await mia.ask('submit', { file, caption: '#ad Mine' })
  const { row } = await shared(w, { words: 'Look' }, { name: 'me.png', bytes: same })
  expect(await ana.run('share show', { share: row.id })).toMatch(/Seen before\nLooks like what Mia handed in/)
  const other = await shared(w, { words: 'Only me' }, { name: 'me.png', bytes: png(61, 50, 20) })
  const opens = (who: Persona, id: string) =>
    w.app.database.within(w.programId, (db) => mayOpen(db, w.programId, who.personId, id, w.now))
  expect([await opens(mia, row.fileId!), await opens(ana, row.fileId!)]).toEqual([true, true])
  expect([await opens(mia, other.row.fileId!), await opens(ana, other.row.fileId!)]).toEqual([false, true])
  // What one of them handed in is theirs, unless the library has it for all.
  const zoe = await w.creator('Zoe')
  expect(await opens(zoe, stored.id)).toBe(false)
  await ana.run('asset add', { title: 'Shelf', file })
  expect(await opens(zoe, stored.id)).toBe(true)
})
