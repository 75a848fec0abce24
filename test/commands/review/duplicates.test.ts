import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nearDuplicates } from '../../../src/content/near.ts'
import { minutes } from '../../../src/kernel/time.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
let noor: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  noor = await w.creator('Noor')
})
afterAll(() => w.close())

/** A picture with something in it: soft blobs from a seed. */
const picture = (seed: number) => {
  const blobs = Array.from({ length: 12 }, (_, n) => {
    const at = (k: number) => ((seed * 7919 + n * 104_729 + k * 1_299_709) % 997) / 997
    return `<circle cx="${at(1) * 900}" cy="${at(2) * 700}" r="${60 + at(3) * 160}" fill="rgb(${at(4) * 255},${at(5) * 255},${at(6) * 255})"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="700"><rect width="900" height="700" fill="#888"/>${blobs.join('')}</svg>`
  return sharp(Buffer.from(svg))
}
const handIn = async (who: Persona, bytes: Buffer, name: string) => {
  const file = await w.within((ctx) => ctx.store(bytes, name))
  const given = { platform: 'web', ref: file.id, name, bytes: file.bytes, mime: file.mime }
  expect(await who.run('submit', { caption: `#ad ${name}`, file: given })).toContain('Handed in')
  return file.id
}
const latest = () => w.within((ctx) => ctx.db.submission.findFirstOrThrow({ orderBy: { id: 'desc' } }))

test('a picture saved anew and smaller is found, another is not; both stand side by side and one press turns it down', async () => {
  const original = await handIn(mia, await picture(1).jpeg({ quality: 92 }).toBuffer(), 'beach.jpg')
  await handIn(mia, await picture(2).png().toBuffer(), 'other.png')
  await w.app.runJob('media')
  expect(await ana.sees('review')).not.toContain('Seen before')
  w.at('2026-11-20T13:00:00Z')
  const copy = await handIn(
    noor,
    await picture(1).resize(500).modulate({ brightness: 1.06 }).webp({ quality: 50 }).toBuffer(),
    'mine.webp',
  )
  await w.app.runJob('media')
  const near = await w.within((ctx) => nearDuplicates(ctx, copy))
  const others = near.filter((one) => one.fileId !== copy)
  expect(others.map((one) => [one.fileId, one.name])).toEqual([[original, 'Mia']])
  expect(await ana.sees('review')).toMatch(/Seen before: content of Noor\nWhat Noor handed in looks .* Mia handed in/)
  const { card, text } = await ana.press('Compare')
  expect(text).toMatch(/Side by side[\s\S]*Noor handed this in[\s\S]*Mia handed in/)
  expect(card!.blocks.flatMap((block) => (block.block === 'image' ? [block.file] : []))).toEqual([copy, original])
  const { text: down } = await ana.press('Turn down as duplicate')
  expect(down).toContain('duplicate')
})

test('the very same file of somebody else is told at once', async () => {
  const bytes = await picture(3).png().toBuffer()
  await handIn(mia, bytes, 'a.png')
  await handIn(noor, bytes, 'b.png')
  expect(await ana.sees('review')).toContain('What Noor handed in is the very same file as one that Mia handed in')
  expect(await ana.run('review duplicates', { submission: (await latest()).id })).toContain('Side by side')
})

test('a picture of one colour looks like none', async () => {
  w.at(new Date(w.now.getTime() + 3_600_000))
  const plain = (shade: string) =>
    sharp({ create: { width: 300, height: 300, channels: 3, background: shade } })
      .png()
      .toBuffer()
  await handIn(mia, await plain('#fff'), 'white.png')
  await handIn(noor, await plain('#000'), 'black.png')
  await w.app.runJob('media')
  expect(await ana.run('review duplicates', { submission: (await latest()).id })).toContain('Nothing like it')
})

test('the link of somebody else is told too, however it is written; what was turned down and a front page say nothing', async () => {
  const [ida, ole, una] = [await w.creator('Ida'), await w.creator('Ole'), await w.creator('Una')]
  const hand = (who: Persona, url: string) => who.run('submit', { url, caption: '#Werbung' })
  await hand(ida, 'https://www.site.example/post/77')
  await hand(ole, 'https://site.example/post/77/?utm_source=x')
  expect(await ana.sees('review')).toMatch(/Seen before: content of Ole\nThe link that Ole handed in is one that Ida handed in/)
  const { id: submission } = await latest()
  expect(await ana.run('review reject', { submission, reason: 'duplicate' })).toContain('urned down')
  await hand(una, 'https://site.example/post/777')
  expect(await ana.sees('review')).not.toContain('Seen before: content of Una')
})

test('a link whose post stands in its query is found behind many of the same path', async () => {
  const [kai, lia] = [await w.creator('Kai'), await w.creator('Lia')]
  const hand = (who: Persona, url: string) => who.run('submit', { url, caption: '#Werbung' })
  for (const n of Array.from({ length: 50 }, (_, i) => i)) await hand(kai, `https://www.youtube.com/watch?v=film${n}`)
  w.at(minutes(w.now, 1))
  await hand(kai, 'https://www.youtube.com/watch?v=film50')
  await hand(lia, 'https://m.youtube.com/watch?si=abc&v=film50')
  expect(await ana.sees('review')).toMatch(/The link that Lia handed in is one that Kai handed in/)
})
