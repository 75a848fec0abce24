import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import generic from '../../src/connectors/generic.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/generic/${name}.json`, import.meta.url))
const tools = { hash: (text: string) => `#${text}` }
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
const facts = (body: string | Buffer) => generic.facts({ headers: {}, body: Buffer.from(body as string) }, tools)
const event = (type: string, data: Record<string, unknown>) => facts(JSON.stringify({ type, data }))

function refusal(act: () => unknown): Refusal {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
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

describe('events', () => {
  const usd = (minor: string) => ({ minor, currency: 'USD' })

  test('an order', () => {
    expect(facts(fixture('order-created'))).toEqual([
      {
        type: 'order.placed',
        orderId: '1042',
        number: '#1042',
        at: '2026-01-09T17:30:00.000Z',
        paid: true,
        test: false,
        base: usd('8000'),
        components: { total: usd('9240'), discounts: usd('2000'), tax: usd('640'), shipping: usd('600') },
        codes: ['MAYA15'],
        cid: 'clk_1',
        shopper: { id: '#generic:77', email: '#buyer@example.com' },
        items: [{ sku: 'TEE', quantity: 2 }],
      },
    ])
  })

  test('a payment, a refund and a cancellation', () => {
    expect(facts(fixture('order-paid'))).toEqual([{ type: 'order.paid', orderId: '1042', at: '2026-01-09T17:31:00.000Z' }])
    expect(facts(fixture('order-refunded'))).toEqual([
      { type: 'order.refunded', refundId: 'r1', orderId: '1042', at: '2026-01-10T10:00:00.000Z', base: usd('4000') },
    ])
    expect(facts(fixture('order-cancelled'))).toEqual([
      { type: 'order.cancelled', orderId: '1042', at: '2026-01-11T08:00:00.000Z' },
    ])
  })

  const least = { id: '7', at: '2026-01-09T12:30:00Z', currency: 'usd', total: '10' }
  const order = (more: Record<string, unknown>) => event('order.created', { ...least, ...more })[0]

  test('the least an order needs', () => {
    expect(order({})).toEqual({
      type: 'order.placed',
      orderId: '7',
      number: '7',
      at: '2026-01-09T12:30:00.000Z',
      paid: true,
      test: false,
      base: usd('1000'),
      components: { total: usd('1000') },
      codes: [],
      shopper: {},
      items: [],
    })
  })

  test('null stands for a field left out, and fields we do not know are passed over', () => {
    const nulls = {
      number: null,
      discount: null,
      base: null,
      paid: null,
      test: null,
      codes: null,
      cid: null,
      customer: null,
      items: null,
    }
    expect(order({ ...nulls, note: { any: ['thing'] } })).toEqual(order({}))
  })

  test('the base is given, or what is left of the total', () => {
    expect(order({ total: '92.40', tax: '6.40', shipping: '6.00', gift_cards: '30.00' })).toMatchObject({ base: usd('5000') })
    expect(order({ total: '92.40', tax: '6.40', base: '80' })).toMatchObject({ base: usd('8000') })
    expect(order({ total: '92.40', base: '0' })).toMatchObject({ base: usd('0') })
    expect(order({ currency: 'JPY', total: '1200', tax: '109' })).toMatchObject({ base: { minor: '1091', currency: 'JPY' } })
    expect(order({ currency: 'KWD', total: '1.5' })).toMatchObject({ base: { minor: '1500', currency: 'KWD' } })
  })

  test('numbers are as good as text, to the last digit', () => {
    const body =
      '{"type":"order.created","data":{"id":820982911946154508,"at":"2026-01-09T12:30:00Z","currency":"USD","total":900719925474099.31}}'
    expect(facts(body)).toMatchObject([{ orderId: '820982911946154508', base: usd('90071992547409931') }])
  })

  test('codes are capitals and stand once', () => {
    expect(order({ codes: [' maya15', 'MAYA15', '', 'straße'] })).toMatchObject({ codes: ['MAYA15', 'STRASSE'] })
  })

  test('an event of another kind says nothing', () => {
    expect(event('invoice.created', {})).toEqual([])
    expect(facts('{"type":"ping"}')).toEqual([])
    expect(facts('{"type":"__proto__","data":{}}')).toEqual([])
  })

  test.each<[string, Record<string, unknown>]>([
    ['data.id: is missing.', { id: undefined }],
    ['data.id: must be text or a number.', { id: null }],
    ['data.id: must not be empty.', { id: ' ' }],
    ['data.id: must have at most 200 characters.', { id: 'x'.repeat(201) }],
    ['data.at: is missing.', { at: undefined }],
    ['data.at: must be a time with its offset, such as "2026-01-10T10:00:00Z".', { at: '2026-01-10 10:00' }],
    ['data.at: must be a time with its offset, such as "2026-01-10T10:00:00Z".', { at: '2026-02-30T10:00:00Z' }],
    ['data.currency: must be a currency code such as USD.', { currency: '$' }],
    ['data.total: "QQQ" is not a currency.', { currency: 'QQQ' }],
    ['data.total: must be an amount of zero or more, such as "92.40".', { total: '$10' }],
    ['data.total: must be an amount of zero or more, such as "92.40".', { total: '-10' }],
    ['data.total: must be an amount of zero or more, such as "92.40".', { total: 1e21 }],
    ['data.total: "1.005" has too many decimals: USD has at most 2 decimals.', { total: '1.005' }],
    ['data.total: is less than tax, shipping and gift_cards together.', { tax: '11' }],
    ['data.base: must not be more than data.total.', { base: '10.01' }],
    ['data.paid: must be true or false.', { paid: 'yes' }],
    ['data.codes: must be a list.', { codes: 'MAYA15' }],
    ['data.codes[1]: must be text or a number.', { codes: ['A', {}] }],
    ['data.customer: must be an object.', { customer: 'Ann' }],
    ['data.items[1].sku: is missing.', { items: [{ sku: 'A', quantity: 1 }, { quantity: 1 }] }],
    ['data.items[0].quantity: must be a whole number.', { items: [{ sku: 'A', quantity: 1.5 }] }],
  ])('refused: %s', (sentence, more) => {
    const refused = refusal(() => order(more))
    expect(refused.code).toBe('invalid')
    expect(refused.sentence).toBe(sentence)
    expect(refused.field).toBe(sentence.split(':')[0])
  })

  test('a body that is no event is refused', () => {
    expect(refusal(() => facts('[]')).sentence).toBe('The body must be an object.')
    expect(refusal(() => facts('{}')).sentence).toBe('type: is missing.')
    expect(refusal(() => facts('{"type":"order.paid"}')).sentence).toBe('data: is missing.')
    expect(
      refusal(() => facts('{"type":"order.refunded","data":{"id":1,"order_id":2,"at":"2026-01-10T10:00:00Z","base":"1"}}'))
        .sentence,
    ).toBe('data.currency: is missing.')
    expect(refusal(() => facts('webhook_id=5')).sentence).toMatch(/not valid JSON/)
  })
})

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
  expect(generic.facts(delivery, tools)).toMatchObject([{ type: 'order.placed', base: { minor: '8000', currency: 'USD' } }])
})
