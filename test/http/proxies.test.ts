import { expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { limitedBy, trustIn, visitorAddress } from '../../src/http/proxies.ts'
import { world } from '../world.ts'

const socket = '10.0.0.2'
const from = (proxies: number | string[] | undefined, forwarded: string, at = socket) =>
  visitorAddress(at, forwarded, trustIn(proxies))

test('nobody is believed unless told so', () => {
  expect(from(undefined, '203.0.113.7')).toBe(socket)
  expect(from(0, '203.0.113.7')).toBe(socket)
})

test('so many proxies: what stands before the last of them is the visitor’s own claim', () => {
  expect(from(1, '198.51.100.9, 203.0.113.7')).toBe('203.0.113.7')
  expect(from(2, '198.51.100.9, 203.0.113.7')).toBe('198.51.100.9')
  expect(from(9, '198.51.100.9, 203.0.113.7')).toBe('198.51.100.9')
  expect(from(1, '')).toBe(socket)
  expect(from(1, 'not an address')).toBe(socket)
  expect(from(2, 'unknown, 203.0.113.7')).toBe('203.0.113.7')
  expect(from(1, '198.51.100.9:4711, 203.0.113.7:51234')).toBe('203.0.113.7')
  expect(from(2, '[2001:db8::7]:443, 203.0.113.7:51234')).toBe('2001:db8::7')
})

test('named proxies: only theirs counts, however they are written', () => {
  const ours = ['10.0.0.0/8', '192.0.2.1', 'fd00::/8']
  expect(from(ours, '198.51.100.9, 203.0.113.7, 192.0.2.1')).toBe('203.0.113.7')
  expect(from(ours, '203.0.113.7', '172.16.0.1')).toBe('172.16.0.1')
  expect(from(ours, '203.0.113.7', '::ffff:10.9.9.9')).toBe('203.0.113.7')
  expect(from(ours, '2001:db8::7', 'fd00::1')).toBe('2001:db8::7')
  expect(from(ours, '203.0.113.7', 'fe80::1%eth0')).toBe('fe80::1%eth0')
})

const asking = async (environment: Record<string, string>, forwarded = '198.51.100.9, 203.0.113.7') => {
  const w = await world({ environment, mounts: () => [async (server) => void server.get('/me', (request) => request.ip)] })
  const mia = await w.creator('Mia')
  const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  const { server } = await w.serve()
  await w.click(slug, { 'x-forwarded-for': forwarded })
  const [click] = await w.within((ctx) => ctx.db.click.findMany())
  const { body } = await server.inject({ url: '/me', headers: { 'x-forwarded-for': forwarded } })
  await w.close()
  return { clicked: click!.ip, page: body }
}

test('behind a proxy the shopper’s address counts for clicks and pages alike; without one the header is ignored', async () => {
  expect(await asking({})).toEqual({ clicked: '127.0.0.0', page: '127.0.0.1' })
  expect(await asking({ TRUST_PROXY: '1' })).toEqual({ clicked: '203.0.113.0', page: '203.0.113.7' })
  const ports = '198.51.100.9:4711, 203.0.113.7:51234'
  expect(await asking({ TRUST_PROXY: '1' }, ports)).toEqual({ clicked: '203.0.113.0', page: '203.0.113.7' })
  expect(await asking({ TRUST_PROXY: '127.0.0.0/8, ::1' })).toEqual({ clicked: '203.0.113.0', page: '203.0.113.7' })
})

test('the network of an IPv6 visitor is one visitor to the limits, whichever of its addresses they take', async () => {
  const w = await world({ environment: { TRUST_PROXY: '1' }, mounts: (app) => openWebDoor(app, false) })
  const { server } = await w.serve()
  const ask = async (ip: string) => {
    const headers = { 'x-forwarded-for': ip, 'sec-fetch-site': 'same-origin' }
    return (await server.inject({ method: 'POST', url: '/sign-in', payload: { email: 'a@example.com' }, headers })).statusCode
  }
  for (let i = 1; i <= 10; i++) expect(await ask(`2001:db8:1:2::${i}`)).toBe(200)
  expect(await ask('2001:db8:1:2:ffff::9')).toBe(429)
  expect(await ask('2001:db8:1:3::1')).toBe(200)
  expect(['203.0.113.7', '::ffff:203.0.113.7', 'fe80::1%eth0', undefined].map(limitedBy)).toEqual([
    '203.0.113.7',
    '203.0.113.7',
    'fe80:0:0:0::/64',
    '',
  ])
  await w.close()
})
