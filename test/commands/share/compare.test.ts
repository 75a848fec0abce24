import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import type { Persona } from '../../chat.ts'
import { openShare, shared } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

/** A picture with something in it: eight blobs from a seed. */
const picture = (seed: number) => {
  const blobs = Array.from({ length: 8 }, (_, n) => {
    const at = (k: number) => ((seed * 7919 + n * 104_729 + k * 1_299_709) % 997) / 997
    return `<circle cx="${at(1) * 600}" cy="${at(2) * 400}" r="${40 + at(3) * 120}" fill="rgb(${at(4) * 255},${at(5) * 255},0)"/>`
  })
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#888"/>${blobs.join('')}</svg>`,
    ),
  )
}
const handIn = async (bytes: Buffer, name: string) => {
  const file = await w.within((ctx) => ctx.store(bytes, name))
  await mia.run('submit', { caption: '#ad', file: { platform: 'web', ref: file.id, name, bytes: file.bytes, mime: file.mime } })
  await w.app.runJob('media')
  return file.id
}

test('a customer’s picture that a creator handed in before stands beside it, and one press turns it down', async () => {
  await handIn(await picture(1).jpeg({ quality: 92 }).toBuffer(), 'mine.jpg')
  const { row } = await shared(w, { words: 'Look' }, { name: 'k.png', bytes: await picture(1).resize(400).png().toBuffer() })
  await w.app.runJob('media')
  expect(await ana.sees('review')).toContain('Looks like what Mia handed in')
  const { text, card } = await ana.press('Compare')
  expect(text).toMatch(/Side by side\nKim sent this[\s\S]*It looks .* what Mia handed in/)
  expect(card!.blocks.filter((block) => block.block === 'image')).toHaveLength(2)
  expect((await ana.press('Turn down as duplicate')).text).toContain('Turned down')
  expect(await ana.run('share compare', { share: row.id })).not.toContain('Turn down')
})

test('a creator’s picture that a customer sent before is told and shown beside it; one that was taken back is named only', async () => {
  const bytes = await picture(2).png().toBuffer()
  const { kim } = await shared(w, { words: 'First' }, { name: 'first.png', bytes })
  await w.app.runJob('media')
  await handIn(bytes, 'copied.png')
  expect(await ana.sees('review')).toMatch(/What Mia handed in is the very same file as one that Kim, a customer, sent/)
  const beside = async () => {
    const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ orderBy: { id: 'desc' } }))
    return ana.run('review duplicates', { submission: id })
  }
  const before = await beside()
  expect(before).toMatch(/Mia handed this in[\s\S]*Kim, a customer, sent .* \(submitted\):/)
  await kim.push('Take it back now')
  expect(await beside()).toContain('(taken back, so not shown).')
})

test('what is like nothing says so, and creators do not compare', async () => {
  const { row } = await shared(w, { words: 'Only words here' })
  expect(await ana.run('share compare', { share: row.id })).toContain('Nothing like it')
  expect(await mia.run('share compare', { share: row.id })).toContain('for managers')
})
