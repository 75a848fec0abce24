import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FileRef } from '../../../src/command.ts'
import { mayOpen } from '../../../src/content/queries.ts'
import type { Persona } from '../../chat.ts'
import { png } from '../../pictures.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('only managers take out, and only what is there', async () => {
  expect(await mia.run('asset retire', { asset: 'ast_01J00000000000000000000000' })).toContain('is for managers')
  expect(await ana.run('asset retire', { asset: 'ast_01J00000000000000000000000' })).toContain('This asset does not exist.')
})

test('the file of an asset that was taken out, replaced or is over opens for managers, and for creators no more', async () => {
  const file = async (n: number) => {
    const { id, bytes } = await w.within((ctx) => ctx.store(png(5 + n, 5), `logo-${n}.png`))
    return { platform: 'web', ref: id, name: `logo-${n}.png`, bytes, mime: 'image/png' }
  }
  const opens = (who: Persona, { ref }: { ref: string }) =>
    w.within((ctx) => mayOpen(ctx.db, w.programId, who.personId, ref, ctx.now))
  const files = [await file(1), await file(2), await file(3), await file(4)] as const
  const [taken, old, fresh, over] = files
  const add = async (title: string, given: Record<string, string | FileRef>) => {
    await ana.run('asset add', { title, ...given })
    return (await w.within((ctx) => ctx.db.asset.findFirstOrThrow({ where: { title } }))).id
  }
  const out = await add('Logo', { file: taken })
  const changed = await add('Guide', { file: old })
  await add('Music', { file: over, until: '2026-11-21' })
  expect(await Promise.all([taken, old, over].map((one) => opens(mia, one)))).toEqual([true, true, true])
  await ana.run('asset retire', { asset: out })
  await ana.run('asset replace', { asset: changed, file: fresh })
  w.at('2026-11-22T12:00:00Z')
  expect(await Promise.all(files.map((one) => opens(mia, one)))).toEqual([false, false, true, false])
  expect(await Promise.all(files.map((one) => opens(ana, one)))).toEqual([true, true, true, true])
})
