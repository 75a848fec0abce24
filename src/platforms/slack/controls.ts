/** What people press: buttons and selects. */
import type { ActionsBlock, Button as ButtonElement, KnownBlock } from '@slack/types'
import type { Block, Button, Card } from '../../kernel/card.ts'
import type { Writer } from './codec.ts'
import { cut, plainWords, said, webAddress } from './text.ts'

// Sources: @slack/types 3.2 doc comments, python-slack-sdk model validators.
const limits = { actions: 25, button: 75, option: 75, placeholder: 150, words: 2_000, dead: 150 }

type Desk = { codec: Writer; lose: (what: string) => void }

export function drawButtons(buttons: Button[], desk: Desk): KnownBlock[] {
  const drawn = buttons.map((button) => drawButton(button, desk)).filter((button) => button !== undefined)
  const rows = Array.from({ length: Math.ceil(drawn.length / limits.actions) }, (_, i): ActionsBlock => {
    return { type: 'actions', elements: drawn.slice(i * limits.actions, (i + 1) * limits.actions) }
  })
  const dead = buttons.filter((button) => 'url' in button).filter((button) => webAddress(button.url) === undefined)
  return [...rows, ...dead.map((button) => said(cut(`${button.label} (${button.url})`, limits.dead)))]
}

function drawButton(button: Button, desk: Desk): ButtonElement | undefined {
  const text = plainWords(button.label.trim() === '' ? 'Open' : button.label, limits.button)
  if ('url' in button) {
    const url = webAddress(button.url)
    if (url === undefined) desk.lose('button as words: its address may not be opened')
    return url === undefined ? undefined : { type: 'button', text, url, ...desk.codec.link() }
  }
  const style =
    button.look === 'main' ? ({ style: 'primary' } as const) : button.look === 'danger' ? ({ style: 'danger' } as const) : {}
  return { type: 'button', text, ...desk.codec.button(button.run, button.given), ...style }
}

/** The button for what could not be shown of a list. */
export const drawNext = (rest: Card, { codec }: Desk): KnownBlock => ({
  type: 'actions',
  elements: [{ type: 'button', text: plainWords('Next', limits.button), ...codec.more(rest) }],
})

export function drawChoice(block: Extract<Block, { block: 'choice' }>, desk: Desk): KnownBlock[] {
  const label = block.label.trim() === '' ? 'Choose' : block.label
  if (block.choices.length === 0) return [said(`${label}: nothing to choose`)]
  const { action_id, carried } = desk.codec.choice(block.run, block.given ?? {}, block.option)
  const options = block.choices.map(({ label: words, value }) => ({
    text: plainWords(words.trim() === '' ? value : words, limits.option),
    value: carried(value),
  }))
  const placeholder = plainWords('Choose…', limits.placeholder)
  return [
    {
      type: 'section',
      text: plainWords(label, limits.words),
      accessory: { type: 'static_select', action_id, placeholder, options },
    },
  ]
}
