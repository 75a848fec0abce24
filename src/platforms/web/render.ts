/** Cards as HTML: a pure function, shared by the simulator and the dashboard. */
import type { Block, Button, Card, Given, Text, Tone } from '../../kernel/card.ts'
import { barChart, lineChart } from '../../kernel/chart.ts'
import { inks } from '../../kernel/ink.ts'
import { type Html, hidden, html } from './html.ts'
import { type Icon, icon } from './icons.ts'
import { address, type Reader, renderText } from './text.ts'

export const limits = { whole: 25, cell: 32, rows: 100, folded: 2_000, choices: 500, words: 8_000, shown: 3_000, buttons: 25 }

/** What a page adds to a card: who reads, and where its buttons post to. */
export type Look = {
  reader: Reader
  /** Buttons and selects post here with these hidden fields, `press` or `choice` and `chosen`. */
  action: string
  hidden: Record<string, string>
  /** Level of the title; the page knows what stands above it. */
  heading?: 2 | 3
}

/** What a pressed button sends in its field `press`. */
export type Press = { run: string; given: Given }

const tones: Record<Exclude<Tone, 'plain'>, { word: string; icon: Icon }> = {
  good: { word: 'Done', icon: 'check' },
  warn: { word: 'Please note', icon: 'alert' },
  bad: { word: 'Problem', icon: 'stop' },
}

export function renderCard(card: Card, look: Look): Html {
  const tone = card.tone === 'plain' ? undefined : tones[card.tone]
  const title = html`<bdi>${card.title}</bdi>`
  return html`<section class="card tone-${card.tone}">
    ${tone && html`<p class="tone">${icon(tone.icon)}<span>${tone.word}</span></p>`}
    ${look.heading === 2 ? html`<h2 class="title">${title}</h2>` : html`<h3 class="title">${title}</h3>`}
    ${card.blocks.map((block) => renderBlock(block, look))}
  </section>`
}

function renderBlock(block: Block, look: Look): Html {
  switch (block.block) {
    case 'text':
      return renderWords(block, look)
    case 'facts':
      return html`<dl class="facts">${block.facts.map(
        (fact) => html`<div><dt>${fact.label}</dt><dd dir="auto">${renderText(fact.value, look.reader)}</dd></div>`,
      )}</dl>`
    case 'table':
      return renderTable(block, look)
    case 'image':
      return renderImage(block)
    case 'chart':
      return renderChart(block)
    case 'divider':
      return html`<hr>`
    case 'buttons':
      return renderButtons(block.buttons, look)
    case 'choice':
      return renderChoice(block, look)
  }
}

/** Words that would fill the screen scroll by themselves. */
function renderWords(block: Extract<Block, { block: 'text' }>, look: Look): Html {
  const long = lengthOf(block.text) > limits.shown
  const kind = `words${block.small ? ' small' : ''}${long ? ' long' : ''}`
  return html`<p class="${kind}" dir="auto"${long && html` tabindex="0"`}>${renderText(shorten(block.text), look.reader)}</p>`
}

const lengthOf = (text: Text): number => text.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0)

/** The longest words that one paragraph shows; nothing a person wrote may make a page unusable. */
function shorten(text: Text): Text {
  let left = limits.words
  const kept: Text = []
  for (const part of text) {
    if (typeof part !== 'string') kept.push(part)
    else if (part.length <= left) kept.push(part)
    else return [...kept, `${[...part.slice(0, left)].slice(0, -1).join('')}… (${part.length - left} more characters)`]
    if (typeof part === 'string') left -= part.length
  }
  return kept
}

function renderTable(block: Extract<Block, { block: 'table' }>, look: Look): Html {
  // Sentences keep room to be read: where a table is wider than the screen, each would stand a word a line.
  const sentences = block.head.map((_, i) => block.rows.some((row) => lengthOf(row[i] ?? []) > limits.cell))
  const side = (i: number) => (block.align?.[i] === 'right' ? ' class="right"' : sentences[i] ? ' class="sentences"' : '')
  const cell = (tag: 'td' | 'th', i: number, inner: Html): Html => ({
    html: `<${tag}${tag === 'th' ? ' scope="col"' : ''}${side(i)}>${inner.html}</${tag}>`,
  })
  const narrow = { ...look.reader, narrow: true }
  const lines = (from: number, to: number) =>
    block.rows
      .slice(from, to)
      .map(
        (row) =>
          html`<tr>${row.map((text, i) => cell('td', i, (block.head[i] === 'Bar' && bar(text)) || renderText(text, narrow)))}</tr>`,
      )
  const head = html`<thead><tr>${block.head.map((words, i) => cell('th', i, html`${words}`))}</tr></thead>`
  const folded = Math.min(block.rows.length, limits.folded) - limits.rows
  const more = block.rows.length - limits.rows - Math.max(0, folded)
  const kind = block.rows.length > limits.whole ? 'table long' : 'table'
  // A wide or long table scrolls by itself; a focusable region lets the keyboard scroll it too.
  const shown = html`<div class="${kind}" role="region" tabindex="0" aria-label="${block.caption ?? `Table: ${block.head.join(', ')}`}"><table>
    ${block.caption !== undefined && html`<caption>${block.caption}</caption>`}
    ${head}
    <tbody>${lines(0, limits.rows)}
    ${block.rows.length === 0 && html`<tr><td colspan="${block.head.length}" class="none">Nothing here yet</td></tr>`}</tbody>
  </table>${folded > 0 && html`<details class="more"><summary>Next ${folded}</summary><table>${head}<tbody>${lines(limits.rows, limits.folded)}</tbody></table></details>`}
  ${more > 0 && html`<p class="words small">… and ${more} more</p>`}</div>`
  return block.repeats ? html`<details class="repeats"><summary>The same as a table</summary>${shown}</details>` : shown
}

/** Blocks are drawn as the bar that they stand for; the number beside it says the same. */
function bar(text: Text): Html | undefined {
  const [blocks] = text
  if (text.length !== 1 || typeof blocks !== 'string' || !/^█+$/.test(blocks)) return undefined
  return html`<svg class="bar" width="${blocks.length * 8}" height="10" aria-hidden="true"><rect width="100%" height="100%" rx="5"/></svg>`
}

function renderImage(block: Extract<Block, { block: 'image' }>): Html {
  const source = block.file === undefined ? pictureAddress(block.url ?? '') : `/media/${encodeURIComponent(block.file)}`
  if (source === undefined) return html`<p class="words small">Picture: ${block.alt}</p>`
  return html`<img class="picture" src="${source}" alt="${block.alt}" loading="lazy">`
}

/** Pictures come from our own pages, from https, or stand in the address itself. */
function pictureAddress(url: string): string | undefined {
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(url)) return url
  const safe = address(url)
  return safe?.startsWith('mailto:') ? undefined : safe
}

const inkNames = new Map(
  Object.entries({ ground: 'ground', panel: 'panel', line: 'line', strong: 'strong', soft: 'soft' } as const).map(
    ([key, name]) => [inks.light[key as 'ground'], `var(--chart-${name})`],
  ),
)
for (const [i, color] of inks.light.series.entries()) inkNames.set(color, `var(--chart-${i + 1})`)

/** A chart is drawn once in light ink; the stylesheet then gives each ink the colour of the reader's theme. */
function renderChart(block: Extract<Block, { block: 'chart' }>): Html {
  const draw = block.kind === 'line' ? lineChart : barChart
  const picture = draw({
    title: block.title,
    series: block.series,
    theme: 'light',
    unit: block.unit,
    alt: block.alt,
    width: 520,
    height: block.series.some((one) => one.points.length > 0) ? 300 : 160,
  })
  const svg = picture.svg
    .replace(/ (fill|stroke|stop-color)="(#[0-9a-f]{6})"/g, (whole, name: string, color: string) => {
      const ink = inkNames.get(color)
      return ink === undefined ? whole : ` ${name}="${ink}"`
    })
    .replace(/ role="img" aria-label="[^"]*"/, ' aria-hidden="true" focusable="false"')
  return html`<figure class="chart" role="img" aria-label="${`${block.title}. ${picture.alt}`}" tabindex="0">${{ html: svg }}</figure>`
}

function renderButtons(buttons: Button[], look: Look): Html {
  const shown = buttons.slice(0, limits.buttons)
  return html`<form class="buttons" method="post" action="${look.action}">${hidden(look.hidden)}${shown.map(renderButton)}</form>`
}

function renderButton(button: Button): Html {
  if (!('url' in button)) {
    const press: Press = { run: button.run, given: button.given ?? {} }
    return html`<button class="button ${button.look ?? 'plain'}" name="press" value="${JSON.stringify(press)}">${button.label}</button>`
  }
  const safe = address(button.url)
  if (safe === undefined) return html`<span class="button off">${button.label}</span>`
  const own = safe.startsWith('/')
  return html`<a class="button plain" href="${safe}"${own ? '' : html` target="_blank" rel="noopener noreferrer"`}>${button.label}${!own && icon('open')}</a>`
}

function renderChoice(block: Extract<Block, { block: 'choice' }>, look: Look): Html {
  const base = JSON.stringify({ run: block.run, option: block.option, given: block.given ?? {} })
  // The name stands inside the label, so that no ids are needed that could be there twice on a page.
  return html`<form class="choice" method="post" action="${look.action}">${hidden({ ...look.hidden, choice: base })}
    <label><span>${block.label}</span><select name="chosen" required><option value="">Choose…</option>${block.choices
      .slice(0, limits.choices)
      .map((choice) => html`<option value="${choice.value}">${choice.label}</option>`)}</select></label>
    <button class="button plain">Choose</button></form>`
}
