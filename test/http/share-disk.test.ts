/** A customer's photo on the disk, while it comes and before its place is taken out of it. */
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { share } from '../../src/http/share.ts'
import { customer, openShare } from '../customers.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w, { code: 'GLAD10', percent: 10 })
})
afterAll(() => w.close())

test('a sending that breaks off or brings two files leaves nothing on the disk', async () => {
  const kim = await customer(w)
  const left = () =>
    readdirSync(w.app.uploads).length + readdirSync(tmpdir()).filter((name) => name.startsWith('troupe-share-')).length
  const before = left()
  const part = (n: number) => `--xx\r\nContent-Disposition: form-data; name="file"; filename="${n}.jpg"\r\n\r\nsome bytes\r\n`
  const headers = { 'content-type': 'multipart/form-data; boundary=xx', 'sec-fetch-site': 'same-origin' }
  for (const payload of [`${part(1)}${part(2)}--xx--\r\n`, part(1)])
    expect((await kim.send({ method: 'POST', url: `/share/${w.programId}`, headers, payload })).status).toBeGreaterThanOrEqual(
      400,
    )
  expect(left()).toBe(before)
})

test('a file lies where nobody else reads while it comes, and what a killed process left of one is removed', async () => {
  const { server, clicks } = await w.serve()
  await server.listen({ port: 0, host: '127.0.0.1' })
  const half = `--xx\r\nContent-Disposition: form-data; name="file"; filename="me.jpg"\r\n\r\n${'a photo '.repeat(20_000)}`
  const open = connect((server.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  open.write(
    `POST /share/${w.programId} HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=xx\r\nContent-Length: 900000\r\n\r\n${half}`,
  )
  const coming = () => readdirSync(w.app.uploads).filter((name) => name.startsWith('sent-'))
  await expect.poll(() => coming().length).toBe(1)
  const path = join(w.app.uploads, coming()[0]!)
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(statSync(w.app.uploads).mode & 0o077).toBe(0)
  open.destroy()
  await expect.poll(() => coming().length).toBe(0)

  const [old, young] = [join(w.app.uploads, 'sent-old'), join(w.app.uploads, 'sent-young')]
  for (const one of [old, young]) writeFileSync(one, 'a photo with its place')
  utimesSync(old, 0, new Date(w.now.getTime() - 7_200_000))
  utimesSync(young, 0, w.now)
  // A server begins anew within seconds, when none of it is old enough yet.
  await buildServer(w.app, clicks, { mounts: [share(w.app)] })
  await w.app.runJob('uploads')
  expect(coming()).toEqual(['sent-young'])
  w.at(new Date(w.now.getTime() + 7_200_000))
  await w.app.runJob('uploads')
  expect(coming()).toEqual([])
})
