/** Whatever is written behind or around a short link, it leads to where it was made for, or nowhere. */
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'

let w: World
let port = 0
let slug = ''
beforeAll(async () => {
  w = await world()
  await w.creator('Mia')
  slug = (await w.within((ctx) => ctx.db.link.findFirstOrThrow())).slug
  const { server } = await w.serve()
  await server.listen({ port: 0, host: '127.0.0.1' })
  port = (server.server.address() as { port: number }).port
})
afterAll(() => w.close())

type Got = { status: number; headers: Record<string, string | string[] | undefined> }

const get = (path: string, headers: Record<string, string> = {}): Promise<Got> =>
  new Promise((resolve) => {
    const asked = request(
      { port, host: '127.0.0.1', path, headers: { 'user-agent': 'Safari', ...headers }, agent: false },
      (res) => {
        res.resume()
        res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers }))
      },
    )
    asked.on('error', () => resolve({ status: 0, headers: {} }))
    asked.end()
  })

const evil = ['//evil.example', 'https://evil.example', 'https:\\\\evil.example', 'javascript:alert(1)', 'data:text/html,x']
const names = ['to', 'url', 'next', 'redirect', 'redirect_uri', 'return', 'dest', 'cid', 'u', 'continue']
const tails = [
  '%0d%0aLocation:%20https://evil.example',
  '%0aSet-Cookie:%20a=b',
  '%E5%98%8A%E5%98%8DLocation:evil.example',
  '%00',
  '%2f%2fevil.example',
  '%252f%252fevil.example',
  '@evil.example',
  '.evil.example',
  ';//evil.example',
  '%5c%5cevil.example',
]
const heads = [
  '//evil.example/',
  '/\\evil.example/',
  '/%2fevil.example/',
  '/%5cevil.example/',
  '/.evil.example/',
  '/@evil.example/',
]
const forged = ['host', 'x-forwarded-host', 'x-original-url', 'x-rewrite-url', 'forwarded', 'referer', 'x-forwarded-proto']

test('requests lead to the stored destination or nowhere', async () => {
  const { headers } = await get(`/${slug}`)
  const home = new URL(String(headers.location)).host
  const asks: [string, Record<string, string>?][] = [
    ...evil.flatMap((to) =>
      names.flatMap((name): [string][] => [[`/${slug}?${name}=${to}`], [`/${slug}?${name}=${encodeURIComponent(to)}`]]),
    ),
    ...tails.flatMap((tail): [string][] => [
      [`/${slug}${tail}`],
      [`/${slug}?x=${tail}`],
      [`/${slug}/${tail}`],
      [`/${slug}#${tail}`],
    ]),
    ...heads.flatMap((head): [string][] => [[`${head}${slug}`], [head], [`${head}..`]]),
    ...forged.flatMap((name) =>
      evil.map((to): [string, Record<string, string>] => [`/${slug}`, { [name]: to.replace(/[\\/]/g, '') }]),
    ),
    ...evil.flatMap((to): [string][] => [[`/${to}`], [`/${slug}/../${to}`]]),
  ]
  expect(asks.length).toBeGreaterThan(200)
  const elsewhere: string[] = []
  let led = 0
  for (const [path, more] of asks) {
    const { status, headers } = await get(path, more)
    const { location } = headers
    if (headers['set-cookie'] !== undefined && path.includes('Set-Cookie')) elsewhere.push(`${path}: a cookie`)
    if (location === undefined) continue
    led++
    const to = new URL(String(location), `http://127.0.0.1:${port}`)
    const ours = status !== 302 && !String(location).startsWith('//') && to.host === `127.0.0.1:${port}`
    if (to.host !== home && !ours) elsewhere.push(`${path}: ${location}`)
  }
  expect(elsewhere).toEqual([])
  figure('F25', 'requests asked / that led anywhere / elsewhere', `${asks.length} / ${led} / ${elsewhere.length}`)
})
