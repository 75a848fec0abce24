/** The rules of messages and modals that Discord's published schema does not express (docs: resources/message, components/reference). */
import { FILE_LIMIT, refusal } from './state.mjs'
import { refuseIfAny } from './validate.mjs'

export const FLAG = { SUPPRESS_EMBEDS: 1 << 2, EPHEMERAL: 1 << 6, LOADING: 1 << 7, SILENT: 1 << 12, V2: 1 << 15 }
const CONTENT = 2000
const EMBEDS = 6000
const COMPONENTS = 40
const ROWS = 5
const TEXT = 4000
const BUTTON = 2
const LINK = 5
const PREMIUM = 6

/** @typedef {import('./state.mjs').Json} Json */

/** Every component of a tree with its path. @returns {{ component: Json, path: (string|number)[] }[]} */
export function everyComponent(components, path = ['components']) {
  return (components ?? []).flatMap((component, i) => {
    const here = [...path, i]
    const inner = ['accessory', 'component'].filter((key) => component?.[key] && typeof component[key] === 'object')
    return [
      { component, path: here },
      ...everyComponent(component?.components, [...here, 'components']),
      ...inner.map((key) => ({ component: component[key], path: [...here, key] })),
    ]
  })
}

/** Media references of a component tree. @returns {{ media: Json, path: (string|number)[] }[]} */
export function everyMedia(components) {
  return everyComponent(components).flatMap(({ component, path }) => [
    ...(component.items ?? []).map((item, i) => ({ media: item.media, path: [...path, 'items', i, 'media'] })),
    ...(component.type === 11 ? [{ media: component.media, path: [...path, 'media'] }] : []),
    ...(component.type === 13 ? [{ media: component.file, path: [...path, 'file'] }] : []),
  ])
}

/**
 * Throws 50006 or 50035. `before` is the message that is edited.
 * @param {Json} body @param {{name: string, bytes: Uint8Array}[]} files @param {Json} [before]
 */
export function checkMessage(body, files, before) {
  const flags = Number(body.flags ?? 0) | (before?.flags ?? 0)
  const v2 = (flags & FLAG.V2) !== 0
  const problems = []
  const say = (path, code, message) => problems.push({ path, code, message })
  if (body.content && [...body.content].length > CONTENT)
    say(['content'], 'BASE_TYPE_MAX_LENGTH', `Must be ${CONTENT} or fewer in length.`)
  if (embedWords(body.embeds) > EMBEDS) say(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${EMBEDS}`)
  const parse = body.allowed_mentions?.parse ?? []
  for (const kind of ['users', 'roles'])
    if (parse.includes(kind) && body.allowed_mentions[kind]?.length)
      say(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind} are mutually exclusive.`,
      )
  if (v2) checkV2(body, before, say)
  else checkRows(body.components, say)
  checkComponents(body.components, say)
  for (const file of files) if (file.bytes.length > FILE_LIMIT) throw refusal(413, 40005, 'Request entity too large')
  const names = [...files.map((f) => f.name.replace(/\s+/g, '_')), ...keptNames(body, before)]
  const shown = everyMedia(body.components)
  for (const { media, path } of shown) {
    const name = /^attachment:\/\/(.*)$/.exec(media?.url ?? '')?.[1]
    if (name !== undefined && !names.includes(name))
      say([...path, 'url'], 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', 'The referenced attachment was not found')
  }
  refuseIfAny(problems)
  if (isEmpty(body, files, before)) throw refusal(400, 50006, 'Cannot send an empty message')
}

function keptNames(body, before) {
  const kept = body.attachments?.map((a) => String(a.id))
  return (before?.attachments ?? []).filter((a) => !kept || kept.includes(a.id)).map((a) => a.filename)
}

function isEmpty(body, files, before) {
  const has = (key) => (body[key] === undefined ? before?.[key]?.length : body[key]?.length) > 0
  return (
    !has('content') &&
    !has('embeds') &&
    !has('components') &&
    !body.sticker_ids?.length &&
    !body.poll &&
    !files.length &&
    !has('attachments')
  )
}

function checkV2(body, before, say) {
  const legacy = ['content', 'embeds', 'sticker_ids', 'poll'].filter((key) => body[key]?.length || (key === 'poll' && body.poll))
  for (const key of [...legacy, ...(before?.content && body.content === undefined ? ['content'] : [])])
    say(
      [key],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      `The '${key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    )
  const all = everyComponent(body.components)
  if (all.length > COMPONENTS)
    say(['components'], 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', `The total number of components cannot exceed ${COMPONENTS}`)
  const words = all.reduce((sum, { component: c }) => sum + (c.type === 10 ? [...(c.content ?? '')].length : 0), 0)
  if (words > TEXT)
    say(['components'], 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', `Total displayable text size exceeds maximum size of ${TEXT}`)
}

function checkRows(components, say) {
  if ((components?.length ?? 0) > ROWS) say(['components'], 'BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${ROWS} in length.`)
  for (const [i, component] of (components ?? []).entries())
    if (component.type !== 1) say(['components', i, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).')
}

/** Rules for components wherever they stand: custom ids unique, rows of buttons or of one select, buttons complete. */
function checkComponents(components, say) {
  const seen = new Set()
  const ids = new Set()
  for (const { component: c, path } of everyComponent(components)) {
    if (c.custom_id !== undefined && c.custom_id !== null) {
      if (seen.has(c.custom_id))
        say([...path, 'custom_id'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated')
      seen.add(c.custom_id)
    }
    if (c.id) {
      if (ids.has(c.id)) say([...path, 'id'], 'COMPONENT_ID_DUPLICATED', 'Component id cannot be duplicated')
      ids.add(c.id)
    }
    if (c.type === 1) checkRow(c, path, say)
    if (c.type === BUTTON) checkButton(c, path, say)
    if (c.type === 3) checkSelect(c, path, say)
    if (c.type === 10 && !c.content?.trim()) say([...path, 'content'], 'BASE_TYPE_REQUIRED', 'This field is required')
    if (c.type === 9 && !c.accessory) say([...path, 'accessory'], 'BASE_TYPE_REQUIRED', 'This field is required')
  }
}

function checkRow(row, path, say) {
  const selects = (row.components ?? []).filter((c) => c.type !== BUTTON).length
  if (selects > 0 && row.components.length > 1)
    say([...path, 'components'], 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width')
}

function checkButton(button, path, say) {
  const required = (key) => say([...path, key], 'BASE_TYPE_REQUIRED', 'This field is required')
  if (button.style === LINK) {
    if (!button.url) required('url')
    else if (!/^(https?|discord):\/\//.test(button.url))
      say([...path, 'url'], 'URL_TYPE_INVALID_SCHEME', `Scheme must be one of ('http', 'https', 'discord').`)
    if (button.custom_id)
      say(
        [...path, 'custom_id'],
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      )
  } else if (button.style !== PREMIUM) {
    if (!button.custom_id) required('custom_id')
    if (button.url)
      say([...path, 'url'], 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE', 'A custom id and url cannot both be specified')
  }
  if (button.style !== PREMIUM && !button.label?.trim() && !button.emoji)
    say([...path, 'label'], 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', 'A label or emoji is required')
}

function checkSelect(select, path, say) {
  const values = select.options?.map((o) => o.value) ?? []
  if (values.length === 0) say([...path, 'options'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 25 in length.')
  if (new Set(values).size < values.length)
    say([...path, 'options'], 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', 'The specified option value is already used')
  const { min_values: min = 1, max_values: max = 1 } = select
  if (max > Math.max(1, values.length))
    say(
      [...path, 'max_values'],
      'SELECT_COMPONENT_MAX_VALUES_GREATER_THAN_OPTIONS',
      'Max values is greater than the number of options',
    )
  if (min > max)
    say([...path, 'min_values'], 'SELECT_COMPONENT_MIN_VALUES_GREATER_THAN_MAX', 'Min values is greater than max values')
}

function embedWords(embeds) {
  const of = (text) => [...(text ?? '').trim()].length
  return (embeds ?? []).reduce(
    (sum, e) =>
      sum +
      of(e.title) +
      of(e.description) +
      of(e.footer?.text) +
      of(e.author?.name) +
      (e.fields ?? []).reduce((all, f) => all + of(f.name) + of(f.value), 0),
    0,
  )
}

/** A modal's own rules: one to five rows of one to five, unique ids, options that fit. @param {Json} data */
export function checkModal(data) {
  const problems = []
  const say = (path, code, message) => problems.push({ path: ['data', ...path], code, message })
  const count = data.components.length
  if (count < 1 || count > 5) say(['components'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.')
  checkComponents(data.components, say)
  for (const { component: c, path } of everyComponent(data.components)) {
    const value = [...(c.value ?? '')].length
    if (c.type !== 4) continue
    if (c.min_length > (c.max_length ?? 4000))
      say([...path, 'min_length'], 'TEXT_INPUT_MIN_GREATER_THAN_MAX', 'Min length exceeds max length')
    if (value > (c.max_length ?? 4000))
      say([...path, 'value'], 'BASE_TYPE_MAX_LENGTH', `Must be ${c.max_length ?? 4000} or fewer in length.`)
    if (value > 0 && value < (c.min_length ?? 0))
      say([...path, 'value'], 'BASE_TYPE_MIN_LENGTH', `Must be at least ${c.min_length} in length.`)
    if (path.includes('component') && c.label)
      say([...path, 'label'], 'TEXT_INPUT_LABEL_IN_LABEL', 'A text input in a Label has no label of its own')
  }
  refuseIfAny(problems)
}

/** Without what discord.js adds to bodies that do not list it. @param {Json} body */
export function stripped(body) {
  const { tts, enforce_nonce: _enforced, nonce: _nonce, ...rest } = body ?? {}
  return { ...rest, ...(tts && { tts }) }
}
