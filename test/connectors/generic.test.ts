import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import generic from '../../src/connectors/generic.ts'
import { tools, usd } from './told.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const now = new Date(1614265330_000)
const vector = {
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  body: Buffer.from('{"test": 2432232314}'),
}
const good = vector.headers['webhook-signature']
const signed = (signature: string | undefined, headers: Record<string, string> = {}) => {
  const { 'webhook-signature': _, ...rest } = vector.headers
  return {
    headers: { ...rest, ...(signature === undefined ? {} : { 'webhook-signature': signature }), ...headers },
    body: vector.body,
  }
}

afterEach(() => void vi.useRealTimers())

describe('the signature', () => {
  test('of the public vector is right', () => {
    expect(generic.verify(vector, [secret], now)).toBe(true)
    expect(generic.verify(vector, [secret.slice(6)], now)).toBe(true)
    expect(generic.externalId(vector)).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek')
  })

  test.each<[string, string | undefined, Record<string, string>?]>([
    ['missing', undefined],
    ['empty', ''],
    ['a space', ' '],
    ['only the version', 'v1,'],
    ['no version', good.slice(3)],
    ['another version', good.replace('v1', 'v2')],
    ['an asymmetric version', good.replace('v1', 'v1a')],
    ['the version in capitals', good.replace('v1', 'V1')],
    ['a character short', good.slice(0, -1)],
    ['a character long', `${good}=`],
    ['not base64', 'v1,%%%%'],
    ['hex', `v1,${Buffer.from(good.slice(3), 'base64').toString('hex')}`],
    ['base64url', good.replaceAll('/', '_').replaceAll('+', '-')],
    ['lower case', good.toLowerCase()],
    ['other spare bits', good.replace(/E=$/, 'F=')],
    ['Unicode', 'v1,ｇ0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=🙂'],
    ['half an emoji', 'v1,\ud83d'],
    ['two headers joined', `${good}, ${good}`.replace(', ', ',')],
    ['a huge header', 'v1,A '.repeat(200_000)],
    ['a long signature', `v1,${'A'.repeat(1_000_000)}`],
    ['five minutes and a second old', good, { 'webhook-timestamp': '1614265029' }],
    ['no timestamp', good, { 'webhook-timestamp': '' }],
    ['a timestamp in words', good, { 'webhook-timestamp': 'now' }],
    ['a timestamp with a tail', good, { 'webhook-timestamp': '1614265330abc' }],
    ['a timestamp in milliseconds', good, { 'webhook-timestamp': '1614265330000' }],
    ['a timestamp with an exponent', good, { 'webhook-timestamp': '1.61426533e9' }],
    ['another timestamp', good, { 'webhook-timestamp': '1614265331' }],
    ['another id', good, { 'webhook-id': 'msg_other' }],
    ['no id', good, { 'webhook-id': '' }],
  ])('is refused: %s', (_, signature, headers) => {
    expect(generic.verify(signed(signature, headers), [secret], now)).toBe(false)
  })

  test('is good for five minutes, early or late, and not a second longer', () => {
    const at = (seconds: number) => generic.verify(vector, [secret], new Date((1614265330 + seconds) * 1000))
    expect([-301, -300, 0, 300, 301].map(at)).toEqual([false, true, true, true, false])
    expect(generic.verify(vector, [secret], new Date('2022-02-25T15:02:10Z'))).toBe(false)
  })

  test('may be one of several, by one of several secrets', () => {
    expect(generic.verify(signed(`v1,AAAA v1a,xyz ${good}`), [secret], now)).toBe(true)
    expect(generic.verify(vector, [other, secret], now)).toBe(true)
    expect(generic.verify(vector, [other], now)).toBe(false)
    expect(generic.verify(vector, [], now)).toBe(false)
  })

  test('by an empty or broken secret is never right', () => {
    const empty = 'whsec_'
    for (const key of ['', empty, 'whsec_%%%', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n', '\ud83d']) {
      expect(generic.verify(vector, [key], now), key).toBe(false)
    }
  })

  test('of an altered body is wrong', () => {
    for (let bit = 0; bit < vector.body.length * 8; bit++) {
      const body = Buffer.from(vector.body)
      body[bit >> 3]! ^= 1 << (bit & 7)
      expect(generic.verify({ ...vector, body }, [secret], now)).toBe(false)
    }
  })

  test('agrees with the standardwebhooks package', () => {
    vi.useFakeTimers({ now })
    const theirs = new Webhook(secret)
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.stringMatching(/^[\w.-]{1,40}$/), text, fc.integer({ min: -400, max: 400 }), (id, payload, drift) => {
        const sentAt = new Date(now.getTime() + drift * 1000)
        const signature = theirs.sign(id, sentAt, payload)
        const headers = { 'webhook-id': id, 'webhook-timestamp': `${1614265330 + drift}`, 'webhook-signature': signature }
        const ours = generic.verify({ headers, body: Buffer.from(payload) }, [other, secret], now)
        expect(ours).toBe(accepts(() => theirs.verify(payload, headers, { jsonParse: false })))
        expect(ours).toBe(Math.abs(drift) <= 300)
      }),
    )
  })

  test('never throws', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(vector.headers)), text),
        fc.uint8Array(),
        fc.array(text),
        (headers, body, keys) => {
          expect(generic.verify({ headers, body: Buffer.from(body) }, keys, now)).toBe(false)
        },
      ),
    )
  })
})

const accepts = (act: () => unknown) => {
  try {
    act()
    return true
  } catch {
    return false
  }
}

test('the example of the documentation is signed right', async () => {
  const docs = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8')
  const example = /```js\n([\s\S]*?)```/.exec(docs)![1]!
  const code = example.replace(/^const (url|secret) = .*$/gm, '').replace(/^import .*$/gm, '')
  const crypto = await import('node:crypto')
  let sent: { headers: Record<string, string>; body: string } | undefined
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>
  const send = (_url: string, request: typeof sent) => {
    sent = request
    return Promise.resolve({ status: 202, text: () => Promise.resolve('') })
  }
  const quiet = { log: () => {} }
  await new AsyncFunction('url', 'secret', 'createHmac', 'randomUUID', 'fetch', 'console', code)(
    'https://troupe.example',
    secret,
    crypto.createHmac,
    crypto.randomUUID,
    send,
    quiet,
  )
  const { 'webhook-timestamp': at = '' } = sent!.headers
  const delivery = { headers: sent!.headers, body: Buffer.from(sent!.body) }
  expect(generic.verify(delivery, [secret], new Date(Number(at) * 1000))).toBe(true)
  expect(generic.facts(delivery, tools)).toMatchObject([{ type: 'order.placed', base: usd('8000') }])
})
