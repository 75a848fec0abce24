import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import { zipOf } from '../../src/http/zip.ts'

async function* half(): AsyncIterable<string> {
  yield 'a'.repeat(100_000)
  throw new Error('the database went away')
}

const app = (stream: () => Readable) => ({ clock: () => new Date(0), media: { stream: async () => stream() } }) as unknown as App

const all = async (out: Readable): Promise<number> => {
  let bytes = 0
  for await (const chunk of out) bytes += (chunk as Buffer).length
  return bytes
}

test('a file or picture that breaks while a zip is written ends the zip, and not the process', async () => {
  const whole = app(() => Readable.from(['picture'], { objectMode: false }))
  const files = [
    { name: 'data.json', parts: half },
    { name: 'after.txt', bytes: 'after' },
  ]
  await expect(all(zipOf(whole, { files, media: [] }))).rejects.toThrow('the database went away')
  const torn = app(() => Readable.from(half(), { objectMode: false }))
  const media = [{ name: 'film.mp4', sha256: 'f' }]
  await expect(all(zipOf(torn, { files: [], media }))).rejects.toThrow('the database went away')
  expect(await all(zipOf(whole, { files: [{ name: 'a.txt', bytes: 'a' }], media }))).toBeGreaterThan(100)
})

test('whoever goes away in the middle of a zip breaks nothing', async () => {
  async function* endless(): AsyncIterable<string> {
    for (let n = 0; ; n++) yield `${n} ${'b'.repeat(50_000)}\n`
  }
  const out = zipOf(
    app(() => Readable.from([])),
    { files: [{ name: 'long.csv', parts: endless }], media: [] },
  )
  for await (const chunk of out) if ((chunk as Buffer).length > 0) break
  await new Promise((later) => setTimeout(later, 200))
  expect(out.destroyed).toBe(true)
})
