import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FetchOptions, isPublic, openFetch } from '../src/fetch.ts'

let port = 0
let sockets = 0
let asked: { url: string; headers: IncomingMessage['headers'] }[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('fine')
const server = createServer((request, response) => {
  asked.push({ url: request.url ?? '', headers: request.headers })
  answer(request, response)
})
server.on('connection', () => sockets++)
const clients: (() => Promise<void>)[] = []

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
beforeEach(() => {
  sockets = 0
  asked = []
  answer = (_, response) => response.end('fine')
})
afterAll(async () => {
  for (const close of clients) await close()
  server.closeAllConnections()
  server.close()
})

const hasSix = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))

const here = () => `http://127.0.0.1:${port}`
const client = (options: FetchOptions = {}) => {
  const { fetch, close } = openFetch(options)
  clients.push(close)
  return fetch
}
const allowed = (options: FetchOptions = {}) => client({ allow: [here()], ...options })

/** Every way we know to write an address that is not public. */
const hosts = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '0177.0.0.1',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127.0.0.1.',
  ],
  ...[
    '0',
    '0.0.0.0',
    '0x0',
    '10.0.0.1',
    '10.255.255.255',
    '0xa000001',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.255.1',
  ],
  ...[
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '100.64.0.1',
    '100.127.255.254',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.7',
  ],
  ...['203.0.113.9', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '192.88.99.1'],
  ...[
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a00:1]',
  ],
  ...[
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2001::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[2001:db8::1]',
  ],
  ...['[100::1]', '[::ffff:0:127.0.0.1]', '[3fff::1]', '[5f00::1]', '[4000::1]', '[8000::1]', '[::2]'],
]

describe('nothing that is not public is reached', () => {
  test('more than 300 addresses, by https and by http: not one socket is opened', async () => {
    const dialed: string[] = []
    const fetch = client({
      dial: (opts, callback) => {
        dialed.push(opts.hostname)
        callback(new Error('never'), null)
      },
    })
    const vectors = hosts.flatMap((host) =>
      ['https', 'http'].flatMap((scheme) => [
        `${scheme}://${host}/`,
        `${scheme}://${host}:${port}/x`,
        `${scheme}://${host}:6379/`,
      ]),
    )
    expect(vectors.length).toBeGreaterThan(300)
    const reached = []
    for (const url of vectors) {
      const outcome = await fetch({ url }).catch((error: { code?: string }) => error.code)
      if (outcome !== 'not_allowed') reached.push(`${url}: ${String(outcome)}`)
    }
    expect(reached).toEqual([])
    expect([dialed, sockets]).toEqual([[], 0])
  })

  test.each([
    'file:///etc/passwd',
    'gopher://127.0.0.1:70/x',
    'data:text/plain,x',
    'ftp://example.com/',
    'javascript:alert(1)',
    '//x',
    'x',
    'https://',
    'https://a@b.example/',
  ])('%s is no address for us', (url) => expect(client()({ url })).rejects.toMatchObject({ code: 'not_allowed' }))

  test.each([
    ['localhost', '127.0.0.1'],
    ['localhost.', '::1'],
    ['metadata.internal', '169.254.169.254'],
    ['db', '10.1.2.3'],
    ['v6.example', 'fd00::7'],
  ])('the name %s leads to %s and is refused', async (host, address) => {
    const fetch = client({ resolve: async () => [address] })
    await expect(fetch({ url: `https://${host}:${port}/` })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(sockets).toBe(0)
  })

  test('one private address among public ones is enough to refuse', async () => {
    const fetch = client({ resolve: async () => ['8.8.8.8', '10.0.0.1'] })
    await expect(fetch({ url: 'https://mixed.example/' })).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('a name that answers public first and private then is dialed at the very address that was checked', async () => {
    const dialed: string[] = []
    const answers = [['8.8.8.8'], ['127.0.0.1']]
    const fetch = client({
      resolve: async () => answers.shift() ?? ['127.0.0.1'],
      dial: (opts, callback) => {
        dialed.push(`${opts.hostname} as ${opts.servername}`)
        callback(new Error('no network here'), null)
      },
    })
    await expect(fetch({ url: 'https://rebind.example/' })).rejects.toThrow('no network here')
    expect(dialed).toEqual(['8.8.8.8 as rebind.example'])
    await expect(fetch({ url: 'https://rebind.example/' })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(dialed).toHaveLength(1)
  })

  test('on a machine that has IPv6 alone the other addresses of a name are tried, and those that were checked alone', async () => {
    const dialed: string[] = []
    const without = (code: string) =>
      client({
        resolve: async () => ['8.8.8.8', '1.1.1.1', '2606:4700::1111'],
        dial: ({ hostname, servername }, callback) => {
          dialed.push(`${hostname} as ${servername}`)
          callback(Object.assign(new Error(code), { code: hostname.includes(':') ? 'ECONNRESET' : code }), null)
        },
      })
    await expect(without('ENETUNREACH')({ url: 'https://both.example/' })).rejects.toThrow('ENETUNREACH')
    expect(dialed).toEqual(['8.8.8.8', '1.1.1.1', '2606:4700::1111'].map((address) => `${address} as both.example`))
    await expect(without('CERT_HAS_EXPIRED')({ url: 'https://both.example/' })).rejects.toThrow('CERT_HAS_EXPIRED')
    expect(dialed).toHaveLength(4)
  })

  test.each([
    'https://127.0.0.1/',
    'http://10.0.0.1/',
    'https://inside.example/',
    'file:///etc/passwd',
    'http://[::ffff:127.0.0.1]/',
  ])('a redirect to %s is refused at the hop', async (to) => {
    answer = (_, response) => response.writeHead(302, { location: to }).end()
    const fetch = allowed({ resolve: async () => ['192.168.1.1'] })
    await expect(fetch({ url: here() })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(asked).toHaveLength(1)
  })

  test('public addresses are public', () => {
    expect(['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::1'].every(isPublic)).toBe(true)
  })
})

describe('what is reached', () => {
  test('an origin that was allowed by name, and no other port of its host', async () => {
    expect((await allowed()({ url: `${here()}/a?b=c` })).body.toString()).toBe('fine')
    await expect(client({ allow: ['http://127.0.0.1:1'] })({ url: here() })).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test.skipIf(!hasSix)('a name with two addresses, of which only the second has somebody', async () => {
    const six = createServer((_, response) => response.end('six')).listen(0, '::1')
    await once(six, 'listening')
    const own = `http://localhost:${(six.address() as AddressInfo).port}`
    const fetch = client({ allow: [own], resolve: async () => ['127.0.0.1', '::1'] })
    expect((await fetch({ url: own })).body.toString()).toBe('six')
    six.closeAllConnections()
    six.close()
  })

  test('three redirects are followed, a fourth is not', async () => {
    const chain = (hops: number) => {
      answer = (request, response) => {
        const n = Number(request.url!.slice(1) || 0)
        if (n === hops) response.end('there')
        else response.writeHead(302, { location: `/${n + 1}` }).end()
      }
    }
    chain(3)
    expect(await allowed()({ url: here() })).toMatchObject({ status: 200, url: `${here()}/3` })
    chain(4)
    await expect(allowed()({ url: here() })).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('a key is not carried to another host, and what is no GET follows nothing', async () => {
    const other = createServer((request, response) => {
      asked.push({ url: 'other', headers: request.headers })
      response.end('other')
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const there = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    answer = (_, response) => response.writeHead(307, { location: there }).end()
    const fetch = allowed({ allow: [here(), there] })
    const headers = { authorization: 'Bearer secret', 'x-shopify-access-token': 'secret', cookie: 'a=b', accept: 'text/plain' }
    expect((await fetch({ url: here(), headers })).body.toString()).toBe('other')
    expect(asked[0]!.headers.authorization).toBe('Bearer secret')
    expect(JSON.stringify(asked[1]!.headers)).not.toMatch(/secret|a=b/)
    expect(asked[1]!.headers.accept).toBe('text/plain')
    expect(await fetch({ url: here(), method: 'POST', headers, body: '{}' })).toMatchObject({ status: 307 })
    expect(asked).toHaveLength(3)
    other.close()
  })

  test('an answer above the limit is cut off, one at the limit is not', async () => {
    const bytes = 1024 * 1024
    answer = (_, response) => response.end(Buffer.alloc(bytes))
    expect((await allowed()({ url: here() })).body).toHaveLength(bytes)
    answer = (_, response) => response.end(Buffer.alloc(bytes + 1))
    await expect(allowed()({ url: here() })).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(allowed()({ url: here(), maxBytes: 10 })).rejects.toThrow('longer than 10 bytes')
  })

  test('a server that drips is left when the time is over', async () => {
    answer = (_, response) => {
      response.write('a')
      const drip = setInterval(() => response.write('a'), 20)
      response.on('close', () => clearInterval(drip))
    }
    const from = performance.now()
    await expect(allowed()({ url: here(), timeoutMs: 200 })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(performance.now() - from).toBeLessThan(2_000)
  })
})
