import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64, hmacBase64, sameBytes, shortId } from '../../src/kernel/signature.ts'

test('the HMAC of a body matches the published vectors', () => {
  const body = '{"id":820982911946154508,"name":"#9999"}'
  expect(hmacBase64('shpss_test', body)).toBe('7dZBfEVe/vR8PGo7EOf24nW/yvvzWIDujfL+1ljg6w0=')
  expect(hmacBase64('wc_test', body)).toBe('6e+tFUkA3nIZH/VuKMWyj0viZWcIGo88pQg72yJotuE=')
  expect(hmacBase64('rf_test', Buffer.from(body))).toBe('psiFrPRz8J3ngQJXGqGMQqbdwdwR0G9aL92Jz33uvAk=')
})

test('parts in a row count as one text', () => {
  expect(hmacBase64('k', 'a.', 'b.', Buffer.from('c'))).toBe(hmacBase64('k', 'a.b.c'))
})

test('texts are the same when their bytes are, whatever their lengths', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(fc.property(text, text, (a, b) => sameBytes(a, b) === Buffer.from(a).equals(Buffer.from(b)) && sameBytes(a, a)))
})

test('only canonical, padded base64 is read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => fromBase64(Buffer.from(bytes).toString('base64'))!.equals(bytes)),
  )
  for (const text of ['', '=', 'YQ', 'YR==', 'YQ==\n', 'Y Q==', 'YQ==YQ==', '-_-_', '€'])
    expect(fromBase64(text), text).toBeUndefined()
})

test('a long id becomes a short one that differs for every text', () => {
  expect(shortId('orders/create:e1')).toBe('orders/create:e1')
  expect(shortId('a'.repeat(5000))).toHaveLength(71)
  expect(shortId('a'.repeat(5000))).not.toBe(shortId('a'.repeat(5001)))
})
