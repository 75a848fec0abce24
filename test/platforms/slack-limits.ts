/** What Slack refuses, as far as it is written down or was measured; says every breach in words. */
import type { KnownBlock, View } from '@slack/types'

type Json = Record<string, unknown>
export type Surface = 'message' | 'home' | 'modal'

const inputs: Record<string, string[]> = {
  plain_text_input: [],
  number_input: [],
  url_text_input: [],
  email_text_input: [],
  file_input: [],
  timepicker: [],
  checkboxes: ['options'],
  static_select: [],
  external_select: [],
}
const surfaces: Record<string, Surface[]> = {
  header: ['message', 'home', 'modal'],
  section: ['message', 'home', 'modal'],
  rich_text: ['message', 'home', 'modal'],
  context: ['message', 'home', 'modal'],
  divider: ['message', 'home', 'modal'],
  image: ['message', 'home', 'modal'],
  actions: ['message', 'home', 'modal'],
  table: ['message'],
  input: ['modal', 'home'],
}

export function breaches(blocks: KnownBlock[], surface: Surface): string[] {
  const found: string[] = []
  const check = (fine: boolean, what: string) => void (fine || found.push(what))
  const length = (value: unknown, min: number, max: number, what: string) =>
    check(
      typeof value === 'string' && value.length >= min && value.length <= max,
      `${what} has ${String(value).length} characters`,
    )
  const plain = (value: unknown, max: number, what: string) => {
    const { type, text } = (value ?? {}) as Json
    check(type === 'plain_text', `${what} is ${String(type)}`)
    length(text, 1, max, what)
  }
  const unique = (key: string) => {
    const ids = strings(blocks, key)
    check(new Set(ids).size === ids.length, `${key} twice`)
    for (const id of ids) length(id, 1, 255, key)
  }

  check(blocks.length >= 1 && blocks.length <= (surface === 'message' ? 50 : 100), `${blocks.length} blocks`)
  check(blocks.filter((b) => b.type === 'table').length <= 1, 'more than one table')
  check(!JSON.stringify(blocks).includes('"mrkdwn"'), 'mrkdwn')
  unique('block_id')
  unique('action_id')
  const words = ['text', 'alt_text', 'fallback', 'url'].flatMap((key) => strings(blocks, key)).join('').length
  if (surface === 'message') check(words < 13_000, `${words} characters in all`)
  check(JSON.stringify(blocks).length < 250_000, 'more than 250 KB')

  for (const block of blocks as unknown as Json[]) {
    const type = String(block.type)
    check(surfaces[type]?.includes(surface) ?? false, `${type} on a ${surface}`)
    const list = (key: string) => (block[key] ?? []) as Json[]
    if (type === 'header') plain(block.text, 150, 'header')
    if (type === 'section') {
      plain(block.text, 3_000, 'section')
      check(block.accessory !== undefined || block.text !== undefined, 'empty section')
      if (block.accessory) control(block.accessory as Json)
    }
    if (type === 'context') {
      check(list('elements').length >= 1 && list('elements').length <= 10, 'elements of a context')
      for (const element of list('elements')) plain(element, 3_000, 'context')
    }
    if (type === 'actions') {
      check(list('elements').length >= 1 && list('elements').length <= 25, 'elements of an actions block')
      for (const element of list('elements')) control(element)
    }
    if (type === 'image') {
      length(block.alt_text, 1, 2_000, 'alt text')
      check((block.image_url === undefined) !== (block.slack_file === undefined), 'picture without one source')
      if (block.image_url !== undefined) address(block.image_url)
      if (block.title !== undefined) plain(block.title, 2_000, 'title of a picture')
    }
    if (type === 'rich_text') rich(block)
    if (type === 'table') table(block)
    if (type === 'input') input(block)
  }
  return found

  function address(url: unknown): void {
    length(url, 1, 3_000, 'url')
    check(/^https?:\/\//.test(String(url)), `url ${String(url).slice(0, 40)}`)
  }

  function control(element: Json): void {
    length(element.action_id, 1, 255, 'action_id')
    if (element.type === 'button') {
      plain(element.text, 75, 'button')
      if (element.value !== undefined) length(element.value, 1, 2_000, 'value')
      if (element.url !== undefined) address(element.url)
      check([undefined, 'primary', 'danger'].includes(element.style as undefined), 'style')
    } else if (element.type === 'static_select') {
      check((element.options === undefined) !== (element.option_groups === undefined), 'options or groups')
      const groups = (element.option_groups ?? [{ options: element.options, label: undefined }]) as Json[]
      check(groups.length <= 100, 'groups')
      for (const group of groups) {
        if (group.label !== undefined) plain(group.label, 75, 'group')
        options(group.options)
      }
    } else check(element.type === 'external_select', `control ${String(element.type)}`)
    if (element.initial_option !== undefined) options([element.initial_option])
    if (element.placeholder !== undefined) plain(element.placeholder, 150, 'placeholder')
  }

  function options(list: unknown): void {
    const all = list as Json[]
    check(all.length >= 1 && all.length <= 100, `${all.length} options`)
    for (const option of all) {
      plain(option.text, 75, 'option')
      length(option.value, 1, 150, 'value of an option')
    }
  }

  function rich(block: Json): void {
    for (const part of block.elements as Json[]) {
      check(['rich_text_section', 'rich_text_preformatted'].includes(String(part.type)), String(part.type))
      for (const element of part.elements as Json[]) {
        if (part.type === 'rich_text_preformatted') check(['text', 'link'].includes(String(element.type)), 'preformatted element')
        if (element.type === 'text') check(String(element.text ?? '').length > 0, 'empty text')
        else if (element.type === 'link') address(element.url)
        else if (element.type === 'user') check(/^[UW][A-Z0-9]+$/.test(String(element.user_id)), 'user')
        else if (element.type === 'date') {
          check(Number.isSafeInteger(element.timestamp), 'timestamp')
          check(/\{(?:ago|date_short|time)\}/.test(String(element.format)) && String(element.fallback).length > 0, 'date')
        } else check(false, `element ${String(element.type)}`)
      }
    }
  }

  function table(block: Json): void {
    const rows = block.rows as Json[][]
    const columns = rows[0]?.length ?? 0
    check(rows.length >= 1 && rows.length <= 100, `${rows.length} rows`)
    check(columns >= 1 && columns <= 20 && rows.every((row) => row.length === columns), 'columns')
    check((block.column_settings as Json[]).length <= 20, 'column settings')
    for (const cell of rows.flat()) {
      if (cell.type === 'rich_text') rich(cell)
      else check(cell.type === 'raw_text' && String(cell.text).trim() !== '', 'cell')
    }
    const all = strings(rows, 'text').join('').length
    check(all <= 10_000, `${all} characters in a table`)
  }

  function input(block: Json): void {
    plain(block.label, 2_000, 'label')
    if (block.hint !== undefined) plain(block.hint, 2_000, 'hint')
    const element = block.element as Json
    check(String(element.type) in inputs, String(element.type))
    length(element.action_id, 1, 255, 'action_id')
    if (element.placeholder !== undefined) plain(element.placeholder, 150, 'placeholder')
    const {
      min_length = 0,
      max_length = 3_000,
      initial_value,
    } = element as { min_length?: number; max_length?: number; initial_value?: string }
    check(min_length >= 0 && min_length <= max_length && max_length <= 3_000 && max_length >= 1, 'lengths of an input')
    if (initial_value !== undefined && element.type === 'plain_text_input') length(initial_value, 1, max_length, 'initial value')
    if (element.type === 'static_select' || element.type === 'external_select') control(element)
    if (element.type === 'checkboxes') check((element.options as Json[]).length <= 10, 'checkboxes')
  }
}

/** Breaches of a window or a Home tab. */
export function viewBreaches(view: View): string[] {
  const found = breaches(
    (view.blocks as unknown as Json[]).map((block) =>
      block.type === 'input' ? unnumbered(block) : block,
    ) as unknown as KnownBlock[],
    view.type === 'home' ? 'home' : 'modal',
  )
  const check = (fine: boolean, what: string) => void (fine || found.push(what))
  check((view.callback_id?.length ?? 0) <= 255, 'callback_id')
  check((view.private_metadata?.length ?? 0) <= 3_000, 'private_metadata')
  if (view.type === 'modal') {
    for (const words of [view.title, view.submit, view.close])
      check(!!words && words.text.length >= 1 && words.text.length <= 24, 'title, submit or close')
  }
  return found
}

/** Inputs of one window may share an action id, for their blocks differ. */
const unnumbered = (block: Json): Json => ({
  ...block,
  element: { ...(block.element as Json), action_id: `${String(block.block_id)} ${String((block.element as Json).action_id)}` },
})

/** All strings under a key, however deep. */
export function strings(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((v) => strings(v, key))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([k, v]) => (k === key && typeof v === 'string' ? [v] : strings(v, key)))
}
