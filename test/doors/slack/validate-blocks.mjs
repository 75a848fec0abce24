/** One block after another: which fields it has, how long they may be, which elements may stand in it. */
import { checkElement } from './validate-elements.mjs'

/** @typedef {import('./validate-text.mjs').Breaches} Breaches */

const selects = ['static_select', 'external_select', 'users_select', 'conversations_select', 'channels_select']
const multis = selects.map((name) => `multi_${name}`)
const pickers = ['datepicker', 'timepicker', 'datetimepicker']
const inActions = [
  'button',
  'checkboxes',
  'overflow',
  'radio_buttons',
  'rich_text_input',
  'workflow_button',
  ...selects,
  ...multis,
  ...pickers,
]
const inSection = inActions.filter((name) => name !== 'rich_text_input').concat('image')
const typed = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'rich_text_input']
const inInput = [...typed, 'file_input', 'checkboxes', 'radio_buttons', ...selects, ...multis, ...pickers]

/** @type {Record<string, (block: any, at: string, b: Breaches) => void>} */
const kinds = {
  divider: (block, at, b) => b.keys(block, ['type', 'block_id'], at),
  header: (block, at, b) => {
    b.keys(block, ['type', 'block_id', 'text', 'level'], at)
    b.plain(block.text, 150, `${at}/text`)
  },
  section: (block, at, b) => {
    b.keys(block, ['type', 'block_id', 'text', 'fields', 'accessory', 'expand'], at)
    if (block.text === undefined && block.fields === undefined) b.add(at, 'missing required field: text or fields')
    if (block.text !== undefined) b.either(block.text, 3000, `${at}/text`)
    if (block.fields !== undefined && b.list(block.fields, 1, 10, `${at}/fields`)) {
      for (const [n, field] of block.fields.entries()) b.either(field, 2000, `${at}/fields/${n}`)
    }
    if (block.accessory !== undefined) checkElement(block.accessory, inSection, `${at}/accessory`, b)
  },
  context: (block, at, b) => {
    b.keys(block, ['type', 'block_id', 'elements'], at)
    if (!b.list(block.elements, 1, 10, `${at}/elements`)) return
    for (const [n, element] of block.elements.entries()) {
      if (element?.type === 'image') b.picture(element, `${at}/elements/${n}`)
      else b.either(element, 3000, `${at}/elements/${n}`)
    }
  },
  actions: (block, at, b) => {
    b.keys(block, ['type', 'block_id', 'elements'], at)
    if (!b.list(block.elements, 1, 25, `${at}/elements`)) return
    const seen = new Set()
    for (const [n, element] of block.elements.entries()) {
      checkElement(element, inActions, `${at}/elements/${n}`, b)
      const id = element?.action_id
      if (id !== undefined && seen.has(id)) b.add(`${at}/elements/${n}/action_id`, `action_id already exists: ${id}`)
      seen.add(id)
    }
  },
  image: (block, at, b) => {
    b.keys(block, ['type', 'block_id', 'alt_text', 'image_url', 'slack_file', 'title'], at)
    b.picture(block, at)
    if (block.title !== undefined) b.plain(block.title, 2000, `${at}/title`)
  },
  input: (block, at, b) => {
    b.keys(block, ['type', 'block_id', 'label', 'hint', 'optional', 'element', 'dispatch_action'], at)
    b.plain(block.label, 2000, `${at}/label`)
    if (block.hint !== undefined) b.plain(block.hint, 2000, `${at}/hint`)
    const may = b.surface === 'modal' ? inInput : inInput.filter((name) => name !== 'file_input')
    checkElement(block.element, may, `${at}/element`, b)
  },
  markdown: (block, at, b) => {
    if (b.surface !== 'message') b.add(at, 'unsupported type: markdown')
    b.keys(block, ['type', 'block_id', 'text'], at)
    b.text(block.text, 12_000, `${at}/text`)
  },
  rich_text: (block, at, b) => {
    b.keys(block, ['type', 'block_id', 'elements'], at)
    checkRich(block, at, b)
  },
  table: (block, at, b) => {
    if (b.surface !== 'message') b.add(at, 'unsupported type: table')
    b.keys(block, ['type', 'block_id', 'rows', 'column_settings'], at)
    if (!b.list(block.rows, 1, 100, `${at}/rows`)) return
    for (const [r, row] of block.rows.entries()) {
      if (!b.list(row, 1, 20, `${at}/rows/${r}`)) continue
      for (const [c, cell] of row.entries()) checkCell(cell, `${at}/rows/${r}/${c}`, b)
    }
    if (block.column_settings !== undefined) b.list(block.column_settings, 0, 20, `${at}/column_settings`)
  },
}

/** @param {any} cell @param {string} at @param {Breaches} b */
function checkCell(cell, at, b) {
  if (cell?.type === 'raw_text') b.text(cell.text, 3000, `${at}/text`)
  else if (cell?.type === 'raw_number') typeof cell.value === 'number' || b.add(`${at}/value`, 'must be a number')
  else if (cell?.type === 'rich_text') checkRich(cell, at, b)
  else b.add(`${at}/type`, 'must be raw_text, raw_number or rich_text')
}

/** @param {any} block @param {string} at @param {Breaches} b */
export function checkBlock(block, at, b) {
  const check = kinds[block.type]
  if (check) check(block, at, b)
  else b.add(`${at}/type`, `unsupported type: ${block.type}`)
}

/** The keys an inline element must and may have. @type {Record<string, [string[], string[]]>} */
const inline = {
  text: [['text'], ['style']],
  link: [['url'], ['text', 'unsafe', 'style']],
  emoji: [['name'], ['unicode', 'url', 'skin_tone', 'style']],
  user: [['user_id'], ['style']],
  usergroup: [['usergroup_id'], ['style']],
  channel: [['channel_id'], ['style']],
  broadcast: [['range'], ['style']],
  color: [['value'], ['style']],
  team: [['team_id'], ['style']],
  date: [
    ['timestamp', 'format'],
    ['url', 'fallback', 'style'],
  ],
}

/** @param {any} block @param {string} at @param {Breaches} b */
export function checkRich(block, at, b) {
  if (!b.list(block.elements, 1, 1000, `${at}/elements`)) return
  for (const [n, part] of block.elements.entries()) {
    const here = `${at}/elements/${n}`
    if (part?.type === 'rich_text_list') {
      b.keys(part, ['type', 'elements', 'style', 'indent', 'offset', 'border'], here)
      if (!['bullet', 'ordered'].includes(part.style)) b.add(`${here}/style`, 'must be bullet or ordered')
      if (!b.list(part.elements, 1, 1000, `${here}/elements`)) continue
      for (const [i, item] of part.elements.entries()) {
        if (item?.type !== 'rich_text_section') b.add(`${here}/elements/${i}/type`, 'must be rich_text_section')
        else checkInline(item.elements, `${here}/elements/${i}/elements`, b)
      }
    } else if (['rich_text_section', 'rich_text_quote', 'rich_text_preformatted'].includes(part?.type)) {
      b.keys(part, ['type', 'elements', 'border', 'language'], here)
      checkInline(part.elements, `${here}/elements`, b, part.type === 'rich_text_preformatted')
    } else b.add(`${here}/type`, `unsupported type: ${part?.type}`)
  }
}

/** @param {any} list @param {string} at @param {Breaches} b */
function checkInline(list, at, b, onlyText = false) {
  if (!b.list(list, 0, 1000, at)) return
  for (const [n, element] of list.entries()) {
    const here = `${at}/${n}`
    const shape = inline[element?.type]
    if (!shape || (onlyText && !['text', 'link'].includes(element.type))) {
      b.add(`${here}/type`, `unsupported type: ${element?.type}`)
      continue
    }
    const [must, may] = shape
    for (const key of must) if (element[key] === undefined) b.add(`${here}/${key}`, `missing required field: ${key}`)
    b.keys(element, ['type', ...must, ...may], here)
    if (element.type === 'text') b.text(element.text, 3000, `${here}/text`)
    if (element.type === 'link') b.url(element.url, `${here}/url`)
    if (element.style !== undefined) {
      if (typeof element.style !== 'object') b.add(`${here}/style`, 'must be an object')
      else
        b.keys(
          element.style,
          ['bold', 'italic', 'strike', 'code', 'underline', 'highlight', 'client_highlight', 'unlink'],
          `${here}/style`,
        )
    }
  }
}
