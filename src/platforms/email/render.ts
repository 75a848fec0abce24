/** A card as a mail: plain words, and the same as simple HTML. Nothing is fetched from anywhere when it is read. */
import { html as escaped } from 'ghtml'
import { addressOf } from '../../kernel/address.ts'
import type { Block, Card, Part, Text } from '../../kernel/card.ts'
import { unturned } from '../../kernel/ink.ts'
import { plain, plainText, type Reader } from '../../kernel/plain.ts'

export type Mail = { subject: string; text: string; html: string }

/** `program` is whose mail it is. What can only be pressed in a chat is left out. */
export function renderMail(card: Card, program: string, reader: Reader): Mail {
  const shown = { ...card, blocks: card.blocks.map(readable).filter((block) => block !== undefined) }
  return {
    subject: oneLine(card.title.includes(program) ? card.title : `${card.title} · ${program}`),
    text: unturned(`${textOf(shown, reader)}\n\n-- \n${oneLine(program)}\n`),
    html: unturned(htmlOf(shown, program, reader)),
  }
}

const oneLine = (words: string): string =>
  unturned(words)
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 200)

/** A mail has links and no buttons, and its pictures would have to be fetched. */
function readable(block: Block): Block | undefined {
  if (block.block === 'buttons') {
    const links = block.buttons.filter((button) => 'url' in button)
    return links.length > 0 ? { ...block, buttons: links } : undefined
  }
  return block.block === 'choice' || block.block === 'image' ? undefined : block
}

/** An address stands on a line of its own, for whoever copies it. */
const textOf = (card: Card, reader: Reader): string =>
  [
    card.title,
    ...card.blocks.map((block) =>
      block.block === 'buttons'
        ? block.buttons.map((button) => ('url' in button ? `${button.label}:\n${button.url}` : '')).join('\n\n')
        : plain({ ...card, title: '', blocks: [block] }, reader).trim(),
    ),
  ].join('\n\n')

const FONT = 'font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#1f1d2b'
/** A long address or name goes on in the next line, for a phone cannot be read sideways. */
const WRAP = 'overflow-wrap:anywhere;word-break:break-word'
const BUTTON =
  'display:inline-block;padding:12px 22px;border-radius:8px;background:#4f3cc9;color:#ffffff;text-decoration:none;font-weight:600'

/** Only what `esc` gave and our own markup is put together here. */
const esc = (words: string): string => escaped`${words}`

function htmlOf(card: Card, program: string, reader: Reader): string {
  const body = card.blocks.map((block) => blockOf(block, reader)).join('\n')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${esc(oneLine(card.title))}</title></head>
<body style="margin:0;padding:24px 16px;background:#f6f5fa"><div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:12px;${WRAP};${FONT}">
<p style="margin:0 0 12px;font-size:14px;color:#5b5870"><bdi>${esc(oneLine(program))}</bdi></p><h1 dir="auto" style="margin:0 0 16px;font-size:22px;line-height:1.3">${esc(card.title)}</h1>
${body}</div></body></html>`
}

function blockOf(block: Block, reader: Reader): string {
  switch (block.block) {
    case 'text':
      return `<p dir="auto" style="margin:0 0 16px${block.small ? ';font-size:14px;color:#5b5870' : ''}">${textHtml(block.text, reader)}</p>`
    case 'facts':
      return tableOf(
        block.facts
          .map(({ label, value }) => `<tr>${cell('th', esc(label), HEAD, 'row')}${cell('td', textHtml(value, reader))}</tr>`)
          .join(''),
      )
    case 'table':
      return tableHtml(block, reader)
    case 'buttons':
      return `<p style="margin:0 0 20px">${block.buttons.map((button) => ('url' in button ? linkOf(button.label, button.url, BUTTON) : '')).join(' ')}</p>`
    case 'chart':
      return `<p style="margin:0 0 16px">${esc(`${block.title}: ${block.alt}`)}</p>`
    case 'divider':
      return '<hr style="border:0;border-top:1px solid #dedce8;margin:0 0 16px">'
    case 'image':
    case 'choice':
      return ''
  }
}

const CELL = 'padding:4px 14px 4px 0;vertical-align:top;text-align:left'
const HEAD = 'font-weight:400;color:#5b5870'
const RIGHT = 'text-align:right'

const cell = (tag: 'td' | 'th', inner: string, style = '', scope = ''): string =>
  `<${tag}${scope && ` scope="${scope}"`} dir="auto" style="${CELL}${style && `;${style}`}">${inner}</${tag}>`

const tableOf = (rows: string, caption = ''): string =>
  `<table style="border-collapse:collapse;margin:0 0 16px;font-size:15px">${caption}${rows}</table>`

function tableHtml({ caption, head, rows, align }: Extract<Block, { block: 'table' }>, reader: Reader): string {
  const side = (i: number) => (align?.[i] === 'right' ? RIGHT : '')
  const named = `<tr>${head.map((words, i) => (words === '' ? cell('td', '') : cell('th', esc(words), side(i), 'col'))).join('')}</tr>`
  const told = rows.map((row) => `<tr>${row.map((text, i) => cell('td', textHtml(text, reader), side(i))).join('')}</tr>`)
  const above = caption === undefined ? '' : `<caption style="${CELL};${HEAD};font-size:14px">${esc(caption)}</caption>`
  return tableOf(named + told.join(''), above)
}

const textHtml = (text: Text, reader: Reader): string => text.map((part) => partHtml(part, reader)).join('')

function partHtml(part: Part, reader: Reader): string {
  if (typeof part === 'string') return esc(part).replaceAll('\n', '<br>')
  if (part.part === 'link') return linkOf(part.label, part.url)
  const words = esc(plainText([part], reader))
  if (part.part === 'person') return `<bdi>${words}</bdi>`
  if (part.part === 'strong') return `<strong>${words}</strong>`
  return part.part === 'code' ? `<code style="font-size:15px">${words}</code>` : words
}

/** Only to the web; any other address is shown and leads nowhere. */
function linkOf(label: string, url: string, style = 'color:#4f3cc9'): string {
  if (!/^https?:$/.test(addressOf(url)?.protocol ?? '')) return `${esc(label)} (${esc(url)})`
  return `<a href="${esc(url)}" style="${style}">${esc(label)}</a>`
}
