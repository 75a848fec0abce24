/** Cards as Discord messages of components: pure, within every limit, and honest about what a card loses on the way. */
import type { APIComponentInContainer, APIMessageTopLevelComponent, MessageFlags } from 'discord.js'
import type { Block, Card, Tone } from '../../kernel/card.ts'
import { clean } from '../../kernel/ink.ts'
import type { Wanted } from '../pictures.ts'
import type { Press } from '../platform.ts'
import { type Draw, type Pen, type Piece, pieces } from './blocks.ts'
import { naming } from './codec.ts'
import { cut, share } from './fit.ts'
import { type Eyes, escapedLine, fitText } from './text.ts'

/** components/reference: 40 components in all, nested ones too; 4,000 characters over all text displays. */
const limits = { components: 40, words: 4_000, title: 250 }

/** resources/message: the flag of messages that are made of components, and nobody is pinged by what a card says. */
export type Body = {
  flags: MessageFlags.IsComponentsV2
  allowed_mentions: { parse: [] }
  components: APIMessageTopLevelComponent[]
}

export type Rendered = {
  payload: Body
  /** Attachments that the payload refers to as `attachment://<name>`; what can't be had must be taken out by `withoutFiles`. */
  files: Wanted[]
  /** To be kept before the message is sent. */
  presses: Press[]
  /** What the card says that this message doesn't, in a few words each. */
  losses: string[]
}

// A sign before the title says the tone in words to screen readers, so colour never says it alone.
const tones: Record<Tone, { color: number; sign: string }> = {
  good: { color: 0x0b7f52, sign: '✅ ' },
  warn: { color: 0xb7791f, sign: '⚠️ ' },
  bad: { color: 0xc22f3d, sign: '⛔ ' },
  plain: { color: 0x5b45e0, sign: '' },
}

export function renderCard(card: Card, eyes: Eyes): Rendered {
  const names = naming()
  const lost = new Set<string>()
  const { name, more } = names
  const pen: Pen = { eyes, name, more, title: card.title, files: [], lost }
  const whole = [titleOf(card, eyes), ...card.blocks.flatMap((block: Block) => pieces(block, pen))]
  // Only where something has to be shortened may a list be cut.
  const drafts = fewer(tooLong(whole) ? whole : whole.filter((piece) => !('next' in piece)), lost)
  const components = settled(drafts)
  const body = JSON.stringify(components)
  return {
    payload: {
      flags: 32_768,
      allowed_mentions: { parse: [] },
      components: [{ type: 17, accent_color: tones[card.tone].color, components }],
    },
    files: pen.files.filter((file) => body.includes(`attachment://${file.name}`)),
    presses: names.presses,
    losses: [...lost].sort(),
  }
}

function titleOf(card: Card, eyes: Eyes): Piece {
  const title = clean(card.title.slice(0, 2 * limits.title))
  const opening = `## ${tones[card.tone].sign}`
  return {
    words: [(room) => (title === '' ? '' : opening + fitText([title], eyes, Math.min(room, limits.title) - opening.length))],
  }
}

function costOf(piece: Piece): number {
  if ('next' in piece) return 2
  return 'component' in piece && 'components' in piece.component ? 1 + piece.component.components.length : 1
}

const drawsOf = (list: Piece[]): Draw[] => list.flatMap((piece) => ('words' in piece ? piece.words : []))

function tooLong(list: Piece[]): boolean {
  const draws = drawsOf(list)
  const size = draws.reduce((sum, draw) => sum + draw(Number.POSITIVE_INFINITY).length, 0)
  return size > limits.words - draws.length
}

const costOfAll = (list: Piece[]): number => list.reduce((sum, piece) => sum + costOf(piece), 1)

/** At most 40 components: texts that touch become one, dividers go, and then what stands last. */
function fewer(list: Piece[], lost: Set<string>): Piece[] {
  if (costOfAll(list) <= limits.components) return list
  const joined = merged(list)
  if (costOfAll(joined) <= limits.components) return joined
  lost.add('more than 40 components')
  const kept = merged(joined.filter((piece) => !('component' in piece) || piece.component.type !== 14))
  let left = 0
  while (costOfAll(kept) > limits.components - (left > 0 ? 1 : 0)) {
    kept.pop()
    left++
  }
  return left === 0 ? kept : [...kept, { words: [() => `-# … and ${left} more`] }]
}

function merged(list: Piece[]): Piece[] {
  const joined: Piece[] = []
  for (const piece of list) {
    const before = joined.at(-1)
    if (before && 'words' in before && 'words' in piece) joined[joined.length - 1] = { words: [...before.words, ...piece.words] }
    else joined.push(piece)
  }
  return joined
}

/** Gives every text its room and draws it; the longest give way first. */
function settled(list: Piece[]): APIComponentInContainer[] {
  const draws = drawsOf(list)
  const sizes = draws.map((draw) => draw(Number.POSITIVE_INFINITY).length)
  const rooms = share(sizes, limits.words - draws.length)
  let next = 0
  const components = list.flatMap((piece): APIComponentInContainer[] => {
    if ('component' in piece) return [piece.component]
    if ('next' in piece) return [piece.next()].filter((one) => one !== undefined)
    const words = piece.words.map((draw) => draw(rooms[next++]!)).filter((one) => one !== '')
    const content = words.join('\n')
    return content.trim() === '' ? [] : [{ type: 10, content }]
  })
  return components.length > 0 ? components : [{ type: 10, content: 'Nothing to show.' }]
}

/** The same message when some of its files can't be had: their pictures become words. */
export function withoutFiles(rendered: Rendered, missing: ReadonlySet<string>): Rendered {
  if (missing.size === 0) return rendered
  const gone = new Map(rendered.files.filter((file) => missing.has(file.name)).map((file) => [`attachment://${file.name}`, file]))
  const swap = (component: APIComponentInContainer): APIComponentInContainer => {
    const file = component.type === 12 ? gone.get(component.items[0]?.media.url ?? '') : undefined
    return file ? { type: 10, content: `-# Picture: ${escapedLine(cut(file.alt, 100))}` } : component
  }
  const components = rendered.payload.components.map((top) =>
    top.type === 17 ? { ...top, components: top.components.map(swap) } : top,
  )
  return {
    ...rendered,
    payload: { ...rendered.payload, components },
    files: rendered.files.filter((file) => !missing.has(file.name)),
    losses: [...new Set([...rendered.losses, 'picture'])].sort(),
  }
}
