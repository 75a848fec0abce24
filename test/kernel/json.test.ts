import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

const read = (text: string) => readJson(Buffer.from(text))

function sentence(body: string | Buffer): string {
  try {
    readJson(Buffer.from(body as string))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid') return error.sentence
    throw error
  }
  return 'read'
}

test('numbers keep every digit', () => {
  expect(read('{"id":820982911946154508,"a":40.00,"b":1e3,"c":-0}')).toEqual({
    id: '820982911946154508',
    a: '40.00',
    b: '1e3',
    c: '-0',
  })
})

test('all that JSON.parse reads is read alike, but for numbers', () => {
  const asText = (json: unknown): unknown =>
    JSON.parse(JSON.stringify(json), (_, value) => (typeof value === 'number' ? JSON.stringify(value) : value))
  fc.assert(
    fc.property(fc.json({ stringUnit: 'grapheme' }), (text) => {
      fc.pre(!text.includes('u0000'))
      expect(read(text)).toEqual(asText(JSON.parse(text)))
    }),
  )
})

test('any bytes are read or refused, never anything else', () => {
  const nearly = fc.tuple(fc.json(), fc.nat(), fc.string()).map(([text, at, part]) => text.slice(0, at % text.length) + part)
  fc.assert(fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => typeof sentence(text) === 'string'))
  fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof sentence(Buffer.from(bytes)) === 'string'))
})

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const wide = (items: number) => `[${Array(items).fill('1').join(',')}]`

test.each<[string, string | Buffer, RegExp | 'read']>([
  ['nothing', '', /not valid JSON/],
  ['half an object', '{"a":1', /not valid JSON.*position 6/],
  ['two values', '{} {}', /not valid JSON/],
  ['a trailing comma', '[1,]', /not valid JSON/],
  ['NaN', '[NaN]', /not valid JSON/],
  ['bad UTF-8', Buffer.from([0x22, 0xff, 0x22]), /not valid UTF-8/],
  ['a raw NUL', '{"a":1}\0', /NUL/],
  ['a raw NUL in text', '{"a":"\0"}', /not valid JSON/],
  ['a written NUL', '{"a":"x\\u0000y"}', /NUL/],
  ['a backslash before u0000', '{"a":"\\\\u0000"}', 'read'],
  ['64 levels', deep(64), 'read'],
  ['65 levels', deep(65), /deeper than 64/],
  ['a million brackets', '['.repeat(1_000_000), /deeper than 64/],
  ['brackets in text', JSON.stringify('['.repeat(100)), 'read'],
  ['100,000 items', wide(100_000), 'read'],
  ['100,001 items', wide(100_001), /100,000/],
  ['a key with two values', '{"a":1,"a":2}', /given twice/],
  ['a key twice with one value', '{"a":1,"a":1}', 'read'],
  ['a mark at the start', '\uFEFF{}', 'read'],
])('%s', (_, body, expected) => {
  expect(sentence(body)).toMatch(expected)
})

test('what the body says is not repeated to whoever reads the refusal', () => {
  expect(sentence('{"email":"buyer@example.com"; "buyer@example.com"}')).not.toMatch(/buyer/)
  expect(sentence('{"buyer":1,"buyer":2}')).not.toMatch(/buyer/)
})

test('__proto__ is a key like any other', () => {
  const json = read('{"__proto__":{"paid":true},"constructor":1}') as { [key: string]: Json }
  expect(Object.getPrototypeOf(json)).toBe(Object.prototype)
  expect(Object.hasOwn(json, '__proto__')).toBe(true)
  expect('paid' in json).toBe(false)
  expect('paid' in {}).toBe(false)
})

test('half an emoji becomes a replacement sign, a whole one stays', () => {
  expect(read('["Tee \\ud83d", "\\ud83d\\ude00", "\\\\ud83d"]')).toEqual(['Tee \uFFFD', '😀', '\\ud83d'])
})
