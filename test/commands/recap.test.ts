import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toPng } from '../../src/kernel/picture.ts'
import { recapPicture } from '../../src/kernel/recap.ts'
import { minutes } from '../../src/kernel/time.ts'
import { approved, sell } from '../boards.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  await w.within(async (ctx) => {
    await sell(ctx, mia.creatorId, { at: '2026-11-18T10:00:00Z', base: 12_345n })
    await approved(ctx, mia.creatorId, '2026-11-18T11:00:00Z')
  })
})
afterAll(() => w.close())

/** Width and height stand in the first chunk of a PNG. */
const sizeOf = (png: Uint8Array) => [Buffer.from(png).readUInt32BE(16), Buffer.from(png).readUInt32BE(20)]

test('the picture is as high as a phone, says no amount unless it is asked for, and its words say the same', async () => {
  const { card, text } = await mia.ask('recap')
  expect(text).toMatch(/Your November 2026[\s\S]*1 order, 1 approved piece/)
  expect(text).not.toContain('123')
  const image = card!.blocks.find((block) => block.block === 'image')
  const file = await w.within((ctx) => ctx.db.file.findUniqueOrThrow({ where: { id: image?.file ?? '' } }))
  expect(sizeOf(await w.app.media.get(file.sha256))).toEqual([1_080, 1_920])
  expect((await mia.press('Draw with amounts')).text).toContain('€123.45')
  expect((await mia.press('Draw it dark')).text).toContain('€123.45')
})

test('an approval counts once its creator was told of it: on the picture, on boards and in a row of weeks', async () => {
  const ana = await w.manager('Ana')
  const leo = await w.creator('Leo')
  await leo.run('submit', { caption: '#ad my evening', url: 'https://www.instagram.com/p/evening/' })
  await ana.press('Approve')
  expect((await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: leo.creatorId } }))).state).toBe(
    'approved',
  )
  const reads = async () => [await leo.run('recap'), await leo.run('leaderboard', { metric: 'content' })].join('\n')
  expect(await reads()).toMatch(/a quiet month[\s\S]*You are not on this board yet/)
  expect(await leo.run('leaderboard', { metric: 'streak' })).toContain('You are not on this board yet')
  w.at(minutes(w.now, 11))
  await w.tick()
  expect(await reads()).toMatch(/1 approved piece, 1 week in a row[\s\S]*You +1/)
})

test('an alias or no name is drawn as chosen; a month to come and one that is none are refused', async () => {
  await mia.run('settings', { shown: 'hidden' })
  expect(await mia.run('recap')).toContain('A creator at Glow')
  expect(await mia.run('recap', { month: '2026-10' })).toContain('a quiet month')
  expect(await mia.run('recap', { month: '2027-01' })).toContain('still to come')
  expect(await mia.run('recap', { month: 'now' })).toContain('is not a month')
})

test('names of 200 letters, emoji and right to left are drawn, the same at each try', () => {
  for (const name of ['W'.repeat(200), '👩‍👩‍👧‍👦💄', 'ب'.repeat(200), '‮moc.live', '<b>&"\'', '']) {
    const numbers = [{ label: 'x'.repeat(200), value: '9'.repeat(60) }]
    const draw = () => recapPicture({ name, program: name, month: 'November 2026', numbers, badges: [name], theme: 'dark' })
    const hash = () => createHash('sha256').update(toPng(draw().svg)).digest('hex')
    expect(hash()).toBe(hash())
    expect(draw().alt).not.toMatch(/[\u202e]/)
  }
})
