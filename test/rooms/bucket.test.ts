/** The store in a bucket, over a small server that speaks as much of S3 as is asked of it. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Media, openBucket } from '../../src/content/store.ts'
import { bucketCheck } from '../../src/doctor/media.ts'

const objects = new Map<string, Buffer>()
const folder = mkdtempSync(join(tmpdir(), 'troupe-bucket-'))
const server = createServer(async (request, answer) => {
  const key = new URL(request.url!, 'http://s3').pathname
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const kept = objects.get(key)
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=id/'))
    return answer.writeHead(403, { 'content-type': 'application/xml' }).end('<Error><Code>InvalidAccessKeyId</Code></Error>')
  if (request.method === 'PUT') objects.set(key, Buffer.concat(parts))
  if (request.method === 'DELETE') objects.delete(key)
  if (request.method === 'PUT' || request.method === 'DELETE') return answer.writeHead(200, { etag: '"x"' }).end()
  if (key.startsWith('/none/'))
    return answer.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchBucket</Code></Error>')
  if (!kept) return answer.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>')
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  const body = from === undefined ? kept : kept.subarray(Number(from), Number(to) + 1)
  answer.writeHead(from === undefined ? 200 : 206, { 'content-length': body.length, etag: '"x"' })
  return answer.end(request.method === 'HEAD' ? undefined : body)
})
let media: Media
let endpoint: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  media = await openBucket({ bucket: 'glow', region: 'eu-central-1', endpoint, keyId: 'id', secret: 'secret' })
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const all = async (key: string, range?: { from: number; to: number }) => {
  const parts: Buffer[] = []
  for await (const part of await media.stream(key, range)) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

test('gives back what was put, in whole, in part and as a local file, until it is removed', async () => {
  const bytes = randomBytes(70_000)
  const key = sha(bytes)
  expect(await media.has(key)).toBe(false)
  await media.put(key, bytes)
  await media.put(key, bytes)
  expect([...objects.keys()]).toEqual([`/glow/${key.slice(0, 2)}/${key}`])
  expect(await media.get(key)).toEqual(bytes)
  expect(await all(key)).toEqual(bytes)
  expect(await all(key, { from: 10, to: 19 })).toEqual(bytes.subarray(10, 20))
  expect(await media.local(key, (path) => readFile(path))).toEqual(bytes)
  await media.remove(key)
  expect(await media.has(key)).toBe(false)
  await expect(media.get(key)).rejects.toThrow()
})

test('a file of the disk is taken over', async () => {
  const bytes = randomBytes(6 * 1024 * 1024)
  const path = join(folder, 'clip')
  writeFileSync(path, bytes)
  await media.take(sha(bytes), path)
  expect(existsSync(path)).toBe(false)
  expect((await media.get(sha(bytes))).equals(bytes)).toBe(true)
})

test('the doctor says whether a bucket lets us in, and why not', async () => {
  const place = {
    DATA_DIR: folder,
    MEDIA_S3_BUCKET: 'glow',
    MEDIA_S3_REGION: 'eu-central-1',
    MEDIA_S3_ENDPOINT: endpoint,
    MEDIA_S3_KEY_ID: 'id',
    MEDIA_S3_SECRET: 'secret',
  }
  const kept = objects.size
  expect(await bucketCheck(place)).toMatchObject({ ok: true, words: expect.stringContaining('the bucket glow at 127.0.0.1:') })
  const words = async (other: Partial<typeof place>) => {
    const { ok, words: said } = await bucketCheck({ ...place, ...other })
    return ok === false && said.split(': ').at(-1)
  }
  expect(await words({ MEDIA_S3_BUCKET: 'none' })).toBe('there is no bucket of that name')
  expect(await words({ MEDIA_S3_KEY_ID: 'other' })).toBe('MEDIA_S3_KEY_ID is not known there')
  expect(await words({ MEDIA_S3_ENDPOINT: 'http://127.0.0.1:1' })).toBe('nothing answers there')
  expect(objects.size).toBe(kept)
})
