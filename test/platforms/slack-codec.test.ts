import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readForm, readPress, writer } from '../../src/platforms/slack/codec.ts'

// No command is called by the sign that stands for a button that only opens an address.
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((words) => words !== '-')
const given = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 60 }), {
  maxKeys: 5,
})
const tidy = (value: object) => JSON.parse(JSON.stringify(value)) as object

test('a press is readable in logs', () => {
  const codec = writer()
  expect(codec.button('review approve', { submission: 'sub_1' })).toEqual({
    action_id: 'review+approve#0',
    value: '{"submission":"sub_1"}',
  })
  expect(codec.button('review approve', { submission: 'sub_1' }).action_id).toBe('review+approve#1')
  expect(codec.choice('review reject', { submission: 'sub_1' }, 'reason').action_id).toBe(
    'review+reject?submission=sub_1|reason#2',
  )
  expect(codec.link()).toEqual({ action_id: '-#3' })
  expect(codec.presses()).toEqual([])
})

test('what a button or a choice carries is read back', () => {
  fc.assert(
    fc.property(name, given, name, fc.string({ unit: 'grapheme', maxLength: 200 }), (run, options, option, value) => {
      const codec = writer()
      const button = codec.button(run, options)
      const { action_id, carried } = codec.choice(run, options, option)
      const select = { action_id, value: undefined, selected_option: { value: carried(value) } }
      for (const [action, wanted] of [
        [button, { run, given: options }],
        [select, { run, given: { ...options, [option]: value } }],
      ] as const) {
        expect(action.action_id.length).toBeLessThanOrEqual(255)
        expect((action.value ?? carried(value)).length).toBeLessThanOrEqual(2_000)
        const read = readPress(action)!
        const found = 'press' in read ? codec.presses().find((p) => p.id === read.press)! : read
        expect(tidy({ run: found.run, given: found.given })).toEqual(tidy(wanted))
      }
      expect(carried(value).length).toBeLessThanOrEqual(150)
      expect(carried(value)).not.toBe('')
    }),
  )
})

describe('what is too long', () => {
  const long = { note: 'x'.repeat(2_500) }

  test('is kept under an id, the same for the same', () => {
    const codec = writer()
    const [one, two] = [codec.button('a', long), codec.button('a', long)]
    expect(one.value).toMatch(/^p:[\w-]{22}$/)
    expect(one.value).toBe(two.value)
    expect(codec.presses()).toEqual([{ id: one.value.slice(2), run: 'a', given: long }])
    expect(readPress(one)).toEqual({ press: one.value.slice(2) })
  })

  test('a choice whose value looks like a kept press is kept itself', () => {
    const codec = writer()
    const { action_id, carried } = codec.choice('a', {}, 'b')
    expect(readPress({ action_id, selected_option: { value: carried('p:x') } })).toEqual({ press: codec.presses()[0]!.id })
    expect(codec.presses()[0]!.given).toEqual({ b: 'p:x' })
  })
})

test('a form carries its options and where to answer', () => {
  fc.assert(
    fc.property(name, given, given, (run, options, where) => {
      const codec = writer()
      const read = readForm(codec.form(run, options, where))!
      const found = 'press' in read ? codec.presses()[0]! : read
      expect(tidy({ run: found.run, given: found.given, where: read.where })).toEqual(tidy({ run, given: options, where }))
    }),
  )
  const codec = writer()
  const ids = codec.form('submit', { caption: 'x'.repeat(4_000) }, { channel: 'C1' })
  expect(ids.private_metadata.length).toBeLessThan(3_000)
  expect(readForm(ids)).toEqual({ press: codec.presses()[0]!.id, where: { channel: 'C1' } })
  expect(codec.form('a', {}, { x: 'y'.repeat(4_000) }).private_metadata.length).toBeLessThan(3_000)
})

test('whatever comes is read without an error', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('%', '%E0%A4%A', 'p:', '{"a":1}', '[]', 'null', '{"g":{"a":"b"}}', 'a?b|c|d#1', '#0'),
  )
  const id = fc.oneof(fc.anything(), text)
  fc.assert(
    fc.property(id, id, id, (a, b, c) => {
      for (const action of [
        a,
        { action_id: a, value: b },
        { action_id: a, selected_option: c },
        { action_id: a, selected_option: { value: b } },
      ])
        readPress(action)
      for (const view of [a, { callback_id: a, private_metadata: b }, { callback_id: 'p', private_metadata: b }]) readForm(view)
    }),
  )
  expect(readPress({ action_id: 'a#0', value: '{"a":1}' })).toBeUndefined()
  expect(readPress({ action_id: '-#0', value: '{}' })).toBeUndefined()
  expect(readPress({ action_id: 'a#0', selected_option: null, value: '{}' })).toEqual({ run: 'a', given: {} })
  expect(readForm({ callback_id: 'a', private_metadata: '' })).toBeUndefined()
})
