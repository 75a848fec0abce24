import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Form, FormField } from '../../src/platforms/platform.ts'
import { fieldErrors, readAnswers } from '../../src/platforms/slack/answers.ts'
import { readForm } from '../../src/platforms/slack/codec.ts'
import { renderForm, renderSuggestions } from '../../src/platforms/slack/form.ts'
import { strings, viewBreaches } from './slack-limits.ts'

const field = (name: string, kind: string, more: Partial<FormField> = {}): FormField => ({
  name,
  label: name,
  kind,
  required: true,
  suggests: false,
  ...more,
})
const form = (fields: FormField[], more: Partial<Form> = {}): Form => ({
  title: 'Hand in content',
  run: 'submit',
  given: { mission: 'mis_1' },
  fields,
  ...more,
})
const element = (one: FormField) =>
  (renderForm(form([one])).view.blocks.at(-1) as unknown as { element: Record<string, unknown> }).element

test('a window carries its command, its options and where to answer', () => {
  const { view, presses } = renderForm(form([field('url', 'url')]), { channel: 'C1' })
  expect(viewBreaches(view)).toEqual([])
  expect(view.title.text).toBe('Hand in content')
  expect(readForm(view)).toEqual({ run: 'submit', given: { mission: 'mis_1' }, where: { channel: 'C1' } })
  expect(presses).toEqual([])
})

test.each([
  ['url', {}, { type: 'url_text_input', action_id: 'url' }],
  ['email', { value: 'a@b.example' }, { type: 'email_text_input', action_id: 'email', initial_value: 'a@b.example' }],
  [
    'integer',
    { min: 1, max: 9, value: '3' },
    { type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '9', initial_value: '3' },
  ],
  ['long', { min: 10, max: 2_000 }, { type: 'plain_text_input', multiline: true, min_length: 10, max_length: 2_000 }],
  ['text', { max: 5, value: '123456789' }, { type: 'plain_text_input', multiline: false, max_length: 5, initial_value: '1234…' }],
  ['file', {}, { type: 'file_input', max_files: 1 }],
  ['time', { value: '22:00' }, { type: 'timepicker', initial_time: '22:00' }],
  ['time', { value: 'late' }, { type: 'timepicker', initial_time: undefined }],
  ['id', { suggests: true }, { type: 'external_select', min_query_length: 0 }],
  ['zone', { suggests: true, value: 'Europe/Berlin' }, { type: 'external_select' }],
  ['text', { suggests: true, max: 100 }, { type: 'external_select', action_id: 'text' }],
  ['long', { suggests: true }, { type: 'plain_text_input' }],
  ['id', {}, { type: 'plain_text_input' }],
  ['boolean', { value: 'yes' }, { type: 'checkboxes' }],
] as const)('a field of kind %s %j', (kind, more, wanted) => {
  const one = field('x', kind, more)
  const drawn = element(one)
  expect(Object.fromEntries(Object.keys(wanted).map((key) => [key, drawn[key]]))).toEqual(wanted)
  expect(viewBreaches(renderForm(form([one])).view)).toEqual([])
})

test('choices are a select, prefilled; very many stand in groups', () => {
  const choices = ['a', 'b'].map((value) => ({ label: value.toUpperCase(), value }))
  expect(element(field('x', 'choice', { choices, value: 'b' }))).toMatchObject({
    type: 'static_select',
    initial_option: { value: 'b' },
  })
  expect(element(field('x', 'choice', { choices, value: 'c' }))).not.toHaveProperty('initial_option')
  const many = Array.from({ length: 240 }, (_, i) => ({ label: `C ${i}`, value: `c${i}` }))
  const drawn = element(field('x', 'choice', { choices: many })) as {
    option_groups: { label: { text: string }; options: unknown[] }[]
  }
  expect(drawn.option_groups.map((g) => [g.label.text, g.options.length])).toEqual([
    ['1 to 100', 100],
    ['101 to 200', 100],
    ['201 to 240', 40],
  ])
})

test('a long title is said whole below, an error above or at its field', () => {
  const { view } = renderForm(
    form([field('a', 'text')], { title: 'Change your handle, niche or country', error: { sentence: 'Not yet.' } }),
  )
  expect(view.title.text).toBe('Change your handle…')
  expect(strings(view.blocks, 'text').slice(0, 2)).toEqual(['Change your handle, niche or country', '⚠️ Not yet.'])
  expect(viewBreaches(view)).toEqual([])
  const at = renderForm(form([field('a', 'text')], { error: { field: 'a', sentence: 'Too short.' } }))
  expect(at.view.blocks).toHaveLength(1)
  expect(strings(at.view.blocks, 'text')).toContain('⚠️ Too short.')
})

test('whatever stands in a form, the window can be opened', () => {
  const words = fc.string({ unit: 'binary', maxLength: 200 })
  const kind = fc.constantFrom('text', 'long', 'choice', 'integer', 'boolean', 'url', 'email', 'file', 'id', 'zone', 'time')
  const one = fc.record({
    kind,
    label: words,
    value: words,
    placeholder: words,
    required: fc.boolean(),
    suggests: fc.boolean(),
    max: fc.integer({ min: 1, max: 9_000 }),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 5 }), words, fc.dictionary(words, words), (list, title, given) => {
      const fields = list.map(
        (f, i): FormField => ({
          ...f,
          name: `f${i}`,
          min: 0,
          ...(f.kind === 'choice' ? { choices: [{ label: f.label, value: f.value || 'x' }] } : {}),
        }),
      )
      expect(viewBreaches(renderForm({ title, run: 'submit', given, fields }).view).filter((b) => b !== '0 blocks')).toEqual([])
    }),
  )
})

test('what was filled in becomes options', () => {
  const values = {
    caption: { long: { type: 'plain_text_input', value: 'My #ad' } },
    note: { long: { type: 'plain_text_input', value: null } },
    reason: { choice: { type: 'static_select', selected_option: { value: 'brief' } } },
    zone: { zone: { type: 'external_select', selected_option: null } },
    at: { time: { type: 'timepicker', selected_time: '09:00' } },
    agree: { boolean: { type: 'checkboxes', selected_options: [{ value: 'yes' }] } },
    mail: { boolean: { type: 'checkboxes', selected_options: [] } },
    file: {
      file: {
        type: 'file_input',
        files: [{ id: 'F1', name: 'a.png', size: 12, mimetype: 'image/png', url_private: 'https://files.example/x' }],
      },
    },
    none: { file: { type: 'file_input', files: [] } },
  }
  expect(readAnswers({ state: { values } })).toEqual({
    caption: 'My #ad',
    reason: 'brief',
    at: '09:00',
    agree: 'yes',
    mail: 'no',
    file: { platform: 'slack', ref: 'F1', name: 'a.png', bytes: 12, mime: 'image/png' },
  })
  for (const odd of [undefined, null, {}, { state: {} }, { state: { values: { a: null, b: {}, c: { d: null }, e: 'f' } } }])
    expect(readAnswers(odd)).toEqual({})
})

test('problems stand at their fields, others at the first', () => {
  const { view } = renderForm(
    form([field('url', 'url'), field('caption', 'long')], { title: 'A title that is longer than the window allows' }),
  )
  expect(fieldErrors([{ field: 'caption', sentence: 'Too short.' }], view)).toEqual({ caption: 'Too short.' })
  expect(
    fieldErrors(
      [
        { field: 'caption', sentence: 'A.' },
        { field: 'caption', sentence: 'B.' },
        { field: 'mission', sentence: 'C.' },
      ],
      view,
    ),
  ).toEqual({ caption: 'A. B.', url: 'C.' })
  expect(fieldErrors([{ field: 'x', sentence: 'A.' }], { blocks: [] })).toEqual({})
})

test('suggestions: any text will do for text, only the list for ids', () => {
  const list = [{ label: 'Order 1', value: '#1' }]
  expect(renderSuggestions(list, { action_id: 'text', value: ' #9 ' }).options.map((o) => o.value)).toEqual(['#9', '#1'])
  expect(renderSuggestions(list, { action_id: 'text', value: '#1' }).options.map((o) => o.value)).toEqual(['#1'])
  expect(renderSuggestions(list, { action_id: 'id', value: 'x' }).options.map((o) => o.value)).toEqual(['#1'])
  expect(renderSuggestions([{ label: 'x'.repeat(200), value: 'y'.repeat(151) }], { action_id: 'id', value: '' }).options).toEqual(
    [],
  )
})
