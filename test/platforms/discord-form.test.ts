import { ModalSubmitInteraction } from 'discord.js'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/platforms/discord/codec.ts'
import { readForm, renderForm, type Sent } from '../../src/platforms/discord/form.ts'
import type { Form, FormField } from '../../src/platforms/platform.ts'
import { expectSpec } from './discord-spec.ts'

const field = (kind: string, more: Partial<FormField> = {}): FormField => ({
  name: 'answer',
  label: 'Your answer',
  kind,
  required: true,
  suggests: false,
  ...more,
})
const form = (fields: FormField[], more: Partial<Form> = {}): Form => ({
  title: 'A form',
  run: 'submit',
  given: {},
  fields,
  ...more,
})

const modalOf = (one: Form, suggestions?: Parameters<typeof renderForm>[1]) => {
  const { modal } = renderForm(one, suggestions)
  expectSpec('ModalInteractionCallbackRequestData', modal)
  expect(modal.components.length).toBeLessThanOrEqual(5)
  return modal
}
const only = (one: FormField, suggestions?: Parameters<typeof renderForm>[1]) => modalOf(form([one]), suggestions).components[0]

describe('each kind of field', () => {
  const label = (component: object, more: object = {}) => ({ type: 18, label: 'Your answer', ...more, component })
  const base = { custom_id: 'answer', required: true }

  test.each<[string, FormField, object]>([
    [
      'text',
      field('text', { min: 2, max: 80, placeholder: 'So', value: 'typed' }),
      label({ ...base, type: 4, style: 1, min_length: 2, max_length: 80, placeholder: 'So', value: 'typed' }),
    ],
    ['long', field('long', { min: 1, max: 9_000 }), label({ ...base, type: 4, style: 2, min_length: 1, max_length: 4_000 })],
    [
      'an optional text has no least length',
      field('text', { required: false, min: 2, max: 9 }),
      label({ ...base, required: false, type: 4, style: 1, max_length: 9 }),
    ],
    [
      'whole number: bounds are no lengths',
      field('integer', { min: 1, max: 500 }),
      label({ ...base, type: 4, style: 1, max_length: 16 }, { description: '1 to 500' }),
    ],
    [
      'choice',
      field('choice', {
        choices: [
          { label: 'One', value: '1' },
          { label: 'Two', value: '2' },
        ],
        value: '2',
      }),
      label({
        ...base,
        type: 3,
        options: [
          { label: 'One', value: '1' },
          { label: 'Two', value: '2', default: true },
        ],
      }),
    ],
    [
      'boolean',
      field('boolean', { required: false, value: 'true' }),
      label({
        ...base,
        required: false,
        min_values: 0,
        type: 3,
        options: [
          { label: 'Yes', value: 'yes', default: true },
          { label: 'No', value: 'no' },
        ],
      }),
    ],
    [
      'file',
      field('file', { required: false }),
      label(
        { ...base, required: false, type: 19, min_values: 0, max_values: 1 },
        { description: 'A picture, video or document of up to 25 MB' },
      ),
    ],
    [
      'zone',
      field('zone', { max: 64, placeholder: 'Europe/Berlin', suggests: true }),
      label(
        { ...base, type: 4, style: 1, max_length: 64, placeholder: 'Europe/Berlin' },
        { description: 'A city of your time zone, such as Europe/Berlin' },
      ),
    ],
    [
      'id',
      field('id', { suggests: true }),
      label(
        { ...base, type: 4, style: 1, max_length: 4_000, placeholder: 'Paste it here' },
        { description: 'Its id; the command typed as /… suggests them' },
      ),
    ],
  ])('%s', (_name, one, component) => expect(only(one)).toEqual(component))

  test('an id with a short list of suggestions is picked, a full one says where the others are, a longer one is typed', () => {
    const list = (n: number) => Array.from({ length: n }, (_, i) => ({ label: `Mission ${i}`, value: `mis_${i}` }))
    expect(only(field('id', { suggests: true }), { answer: list(24) })).not.toHaveProperty('description')
    // The house gives no more than these, so that whoever is not among them has to be found otherwise.
    const description = 'The first 25. For any other type /submit with answer, whose list searches.'
    expect(only(field('id', { suggests: true }), { answer: list(25) })).toMatchObject({ description, component: { type: 3 } })
    expect(only(field('id', { suggests: true }), { answer: list(26) })).toMatchObject({ component: { type: 4 } })
    expect(only(field('choice', { choices: list(26) }))).toMatchObject({ component: { type: 4 } })
  })
})

test('a long label is cut, and said in full below', () => {
  const label = 'I am 18 or older, and you may store this to run the program'
  const cut = { label: 'I am 18 or older, and you may store this to…', description: label }
  expect(only(field('boolean', { label }))).toMatchObject(cut)
  expect(cut.label.length).toBeLessThanOrEqual(45)
})

test('title, run and what is given already', () => {
  const given = { submission: 'sub_01JD0000000000000000000SUB' }
  const modal = modalOf(form([field('text')], { title: 'x'.repeat(60), run: 'review reject', given }))
  expect(modal.title).toHaveLength(45)
  expect(parse(modal.custom_id)).toEqual({ run: 'review reject', given })
})

test('a form that is given too much for its id is kept', () => {
  const given = { a: 'x'.repeat(120) }
  const { modal, presses } = renderForm(form([field('text')], { given }))
  expect(presses).toEqual([{ id: modal.custom_id.slice(2), run: 'submit', given }])
})

test('what was wrong stands at its field, or above all', () => {
  const two = [field('text', { name: 'a' }), field('text', { name: 'b' })]
  const wrong = 'Your answer must be an address that begins with https://.'
  expect(modalOf(form(two, { error: { field: 'b', sentence: wrong } })).components).toMatchObject([
    { type: 18 },
    { description: wrong },
  ])
  expect(modalOf(form(two, { error: { sentence: wrong } })).components).toMatchObject([{ type: 10, content: wrong }, {}, {}])
  const five = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => field('text', { name }))
  const full = modalOf(form(five, { error: { sentence: wrong } })).components
  expect(full).toHaveLength(5)
  expect(full[0]).toMatchObject({ type: 18, description: wrong })
})

test('a submitted modal, as Discord sends it and discord.js tells it, is read back', () => {
  const attachment = { id: '9', url: 'https://cdn.example/clip.mp4', filename: 'clip.mp4', size: 77, content_type: 'video/mp4' }
  const unknown = { id: '8', url: 'https://cdn.example/x', filename: 'x', size: 1 }
  const raw = [
    { type: 10, id: 1 },
    { type: 18, id: 2, component: { type: 4, id: 3, custom_id: 'caption', value: 'First line\nsecond' } },
    { type: 18, id: 4, component: { type: 3, id: 5, custom_id: 'mission', values: ['mis_1'] } },
    { type: 18, id: 6, component: { type: 19, id: 7, custom_id: 'file', values: ['9'] } },
    { type: 18, id: 8, component: { type: 19, id: 9, custom_id: 'other', values: ['8'] } },
    { type: 18, id: 10, component: { type: 4, id: 11, custom_id: 'url', value: '' } },
    { type: 18, id: 12, component: { type: 3, id: 13, custom_id: 'platform', values: [] } },
    { type: 18, id: 14, component: { type: 19, id: 15, custom_id: 'third', values: [] } },
    { type: 1, id: 16, components: [{ type: 4, id: 17, custom_id: 'old', value: 'row' }] },
  ]
  const { transformComponent } = ModalSubmitInteraction as unknown as {
    transformComponent: (raw: object, resolved: object, extra: object) => Sent
  }
  const bound = transformComponent.bind(ModalSubmitInteraction)
  const sent = raw.map((one) => bound(one, { attachments: { 9: attachment, 8: unknown } }, {}))
  expect(readForm(sent)).toEqual({
    caption: 'First line\nsecond',
    mission: 'mis_1',
    file: { platform: 'discord', ref: 'https://cdn.example/clip.mp4', name: 'clip.mp4', bytes: 77, mime: 'video/mp4' },
    other: { platform: 'discord', ref: 'https://cdn.example/x', name: 'x', bytes: 1, mime: 'application/octet-stream' },
    old: 'row',
  })
  const typed: (interaction: ModalSubmitInteraction) => object = (interaction) => readForm(interaction.components as Sent[])
  expect(typed).toBeTypeOf('function')
})
