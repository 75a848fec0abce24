/** Blocks and views against Slack's documented limits; each breach is a line like Slack's own, with a JSON pointer. */
import { checkBlock } from './validate-blocks.mjs'
import { Breaches } from './validate-text.mjs'

/** docs.slack.dev/reference/block-kit/blocks: 50 in a message, 100 in a modal or Home tab. */
const most = { message: 50, modal: 100, home: 100 }
/** Undocumented; slackapi/bolt-js #2509. */
const textInAll = 13_200
const viewBytes = 250_000

/** @typedef {'message'|'modal'|'home'} Surface */
/** @typedef {{ error: string, messages: string[] }} Refused */

/** @param {unknown} blocks @param {Surface} surface @param {(id: string) => boolean} hasFile @returns {Refused | undefined} */
export function refusedBlocks(blocks, surface, hasFile, at = '/blocks') {
  const breaches = new Breaches(surface, hasFile)
  if (!Array.isArray(blocks))
    return { error: 'invalid_blocks_format', messages: [`[ERROR] must be an array [json-pointer:${at}]`] }
  if (blocks.length > most[surface]) breaches.add(at, `no more than ${most[surface]} items allowed`)
  const seen = new Set()
  let tables = 0
  for (const [n, block] of blocks.entries()) {
    const here = `${at}/${n}`
    if (!block || typeof block !== 'object') {
      breaches.add(here, 'must be an object')
      continue
    }
    if (block.block_id !== undefined) {
      breaches.text(block.block_id, 255, `${here}/block_id`)
      if (seen.has(block.block_id)) breaches.add(`${here}/block_id`, `block_id already exists: ${block.block_id}`)
      seen.add(block.block_id)
    }
    if (block.type === 'table' && ++tables > 1) breaches.add(here, 'only_one_table_allowed')
    checkBlock(block, here, breaches)
  }
  if (breaches.lines.length > 0) return { error: 'invalid_blocks', messages: breaches.lines }
  if (surface === 'message' && lettersOf(blocks) > textInAll) {
    return { error: 'msg_blocks_too_long', messages: [`[ERROR] ${lettersOf(blocks)} characters in all [json-pointer:${at}]`] }
  }
  return undefined
}

/** All characters of the values under text and alt_text. @param {any} part @returns {number} */
function lettersOf(part) {
  if (Array.isArray(part)) return part.reduce((sum, one) => sum + lettersOf(one), 0)
  if (!part || typeof part !== 'object') return 0
  return Object.entries(part).reduce(
    (sum, [key, value]) =>
      sum + (typeof value === 'string' ? (['text', 'alt_text'].includes(key) ? value.length : 0) : lettersOf(value)),
    0,
  )
}

const viewKeys = {
  modal: [
    'type',
    'title',
    'blocks',
    'close',
    'submit',
    'private_metadata',
    'callback_id',
    'clear_on_close',
    'notify_on_close',
    'external_id',
    'submit_disabled',
  ],
  home: ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'],
}

/** @param {any} view @param {'modal'|'home'} surface @param {(id: string) => boolean} hasFile @returns {Refused | undefined} */
export function refusedView(view, surface, hasFile) {
  if (!view || typeof view !== 'object')
    return { error: 'invalid_arguments', messages: ['[ERROR] must be a valid view [json-pointer:/view]'] }
  if (Buffer.byteLength(JSON.stringify(view)) > viewBytes) return { error: 'view_too_large', messages: [] }
  const breaches = new Breaches(surface, hasFile)
  if (view.type !== surface) breaches.add('/view/type', `must be ${surface}`)
  for (const key of Object.keys(view)) if (!viewKeys[surface].includes(key)) breaches.add(`/view/${key}`, 'additional property')
  if (surface === 'modal') {
    breaches.plain(view.title, 24, '/view/title')
    for (const key of ['submit', 'close']) if (view[key] !== undefined) breaches.plain(view[key], 24, `/view/${key}`)
    const inputs = Array.isArray(view.blocks) && view.blocks.some((/** @type {any} */ b) => b?.type === 'input')
    if (inputs && view.submit === undefined)
      breaches.add('/view/submit', 'missing required field: submit is needed with input blocks')
  }
  if (view.private_metadata !== undefined) breaches.text(view.private_metadata, 3000, '/view/private_metadata', 0)
  if (view.callback_id !== undefined) breaches.text(view.callback_id, 255, '/view/callback_id')
  if (view.external_id !== undefined) breaches.text(view.external_id, 255, '/view/external_id')
  const blocks = refusedBlocks(view.blocks, surface, hasFile, '/view/blocks')
  const messages = [...breaches.lines, ...(blocks?.messages ?? [])]
  return messages.length > 0 ? { error: 'invalid_arguments', messages } : undefined
}

/** The answer to block_suggestion. @param {any} body @returns {string[]} */
export function refusedOptions(body) {
  const breaches = new Breaches('modal', () => true)
  const lists = body?.option_groups ? body.option_groups.map((/** @type {any} */ g) => g.options) : [body?.options]
  if (body?.option_groups?.length > 100) breaches.add('/option_groups', 'no more than 100 items allowed')
  for (const [n, list] of lists.entries()) {
    if (!Array.isArray(list)) breaches.add(`/options/${n}`, 'must be an array')
    else breaches.options(list, 0, 100, `/options/${n}`)
  }
  return breaches.lines
}
