import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Entry, fromBuffer, type ZipFile } from 'yauzl'
import { dashboard } from '../../../src/http/dashboard.ts'
import { privacy } from '../../../src/http/privacy.ts'
import { signIn } from '../../../src/http/sign-in.ts'
import { csvRows } from '../../../src/kernel/csv.ts'
import { buttonsOf } from '../../chat.ts'
import { plant, planted } from '../../privacy/planted.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [dashboard(app), signIn(app), privacy(app)] })
})
afterAll(() => w.close())

/** The files of a ZIP by their names. */
async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await promisify<Buffer, { lazyEntries: true }, ZipFile>(fromBuffer)(bytes, { lazyEntries: true })
  const files = new Map<string, Buffer>()
  await new Promise<void>((resolve, reject) => {
    zip.on('end', resolve).on('error', reject)
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error)
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          files.set(entry.fileName, Buffer.concat(parts))
          zip.readEntry()
        })
      })
    })
    zip.readEntry()
  })
  return files
}

test('one file with everything, opened once by its owner alone: JSON, guarded lists, and the media', async () => {
  const { zyx, ana } = await plant(w)
  await zyx.run('ask', { words: '=HYPERLINK("https://evil.example") is this a formula?' })
  const { card } = await zyx.ask('privacy export')
  const [button] = buttonsOf(card!)
  const path = new URL((button as { url: string }).url).pathname
  const { server } = await w.serve()
  expect((await server.inject({ method: 'GET', url: '/privacy/export' })).statusCode).toBe(401)
  const { Browser } = await import('../../browser.ts')
  const browser = new Browser(server)
  await browser.get(path)
  await browser.post(path, {})
  const cookie = Object.entries(browser.cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  const answer = await server.inject({ method: 'GET', url: '/privacy/export', headers: { cookie } })
  expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    200,
    'application/zip',
    'no-store',
  ])
  const files = await unzip(answer.rawPayload)

  const json = files.get('data.json')!.toString()
  const lists = [...files].filter(([name]) => name.endsWith('.csv')).map(([, bytes]) => bytes.toString())
  // Kudos notes are read by whom they are for; a picture is known by its bytes.
  for (const word of Object.values(planted)) {
    expect(json, word).toContain(JSON.stringify(word).slice(1, -1))
    if (word !== planted.picture) expect(lists.join('\n').replaceAll('""', '"'), word).toContain(word)
  }
  expect(JSON.parse(json).data.map(({ name }: { name: string }) => name)).toContain('Payment details')
  const media = [...files].filter(([name]) => name.startsWith('media/'))
  expect(media.some(([name, bytes]) => name.endsWith(planted.picture) && bytes.subarray(1, 4).toString() === 'PNG')).toBe(true)
  const questions = files.get('questions.csv')!.toString()
  expect(questions).toContain(`'=HYPERLINK`)
  expect(csvRows(questions).flatMap(({ cells }) => cells)).toContain('=HYPERLINK("https://evil.example") is this a formula?')

  // The same address serves whoever is signed in with their own.
  const other = new Browser(server)
  await other.signIn(ana)
  const theirs = await unzip(
    (
      await server.inject({
        method: 'GET',
        url: '/privacy/export',
        headers: { cookie: `troupe_session=${other.cookies.troupe_session}` },
      })
    ).rawPayload,
  )
  expect(theirs.get('data.json')!.toString()).not.toContain(planted.iban)
})
