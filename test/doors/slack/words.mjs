/** What a person reads and can press in blocks. */

/** Every element with an action id, with the block it stands in. @param {any[]} blocks */
export function elementsOf(blocks) {
  /** @type {{ block: any, element: any }[]} */
  const found = []
  for (const block of blocks) {
    const inner = [block.accessory, block.element, ...(block.type === 'actions' ? block.elements : []), ...(block.actions ?? [])]
    for (const element of inner) if (element?.type && element.type !== 'image') found.push({ block, element })
    for (const card of block.type === 'carousel' ? block.elements : []) found.push(...elementsOf([card]))
  }
  return found
}

/** The labels of the buttons, in order. @param {any[]} blocks */
export const buttonsOf = (blocks) =>
  elementsOf(blocks).flatMap(({ element }) => (element.type === 'button' ? [element.text.text] : []))

/** All words of the blocks, one line per text. @param {any[]} blocks */
export function wordsOf(blocks) {
  return blocks.map(blockWords).filter(Boolean).join('\n')
}

/** @param {any} block @returns {string} */
function blockWords(block) {
  if (block.type === 'rich_text') return richWords(block.elements)
  if (block.type === 'table') {
    return block.rows.map((/** @type {any[]} */ row) => row.map((cell) => (cell ? cellWords(cell) : '')).join(' | ')).join('\n')
  }
  if (block.type === 'image') return [plain(block.title), `[${block.alt_text}]`].filter(Boolean).join(' ')
  if (block.type === 'markdown') return block.text
  const parts = [plain(block.title), plain(block.label), plain(block.text), plain(block.body), plain(block.hint)]
  for (const field of block.fields ?? []) parts.push(plain(field))
  for (const element of [...(block.elements ?? []), block.accessory, block.element, ...(block.actions ?? [])]) {
    if (element) parts.push(elementWords(element))
  }
  return parts.filter(Boolean).join('\n')
}

const plain = (/** @type {any} */ text) => (typeof text === 'string' ? text : (text?.text ?? ''))
const cellWords = (/** @type {any} */ cell) =>
  cell.type === 'rich_text' ? richWords(cell.elements) : String(cell.text ?? cell.value ?? '')

/** @param {any} element */
function elementWords(element) {
  if (element.type === 'button') return `(${element.text.text})`
  if (element.type === 'image') return `[${element.alt_text}]`
  if (element.options) return element.options.map((/** @type {any} */ o) => plain(o.text)).join(', ')
  if (element.type === 'mrkdwn' || element.type === 'plain_text') return element.text
  return plain(element.placeholder)
}

/** @param {any[]} elements @returns {string} */
function richWords(elements) {
  return elements
    .map((part) => {
      if (part.type === 'rich_text_list') return part.elements.map((/** @type {any} */ e) => `- ${inline(e.elements)}`).join('\n')
      return inline(part.elements ?? [])
    })
    .join('\n')
}

/** @param {any[]} elements */
const inline = (elements) =>
  elements
    .map((e) => {
      if (e.type === 'text') return e.text
      if (e.type === 'link') return e.text ?? e.url
      if (e.type === 'emoji') return `:${e.name}:`
      if (e.type === 'user') return `<@${e.user_id}>`
      if (e.type === 'channel') return `<#${e.channel_id}>`
      if (e.type === 'date') return e.fallback ?? e.format
      return ''
    })
    .join('')
