/** Messages of their own: each carries its key, and is found again by it. */
import type { KnownBlock } from '@slack/types'
import type { Card } from '../../kernel/card.ts'
import { deliveryOf } from '../platform.ts'
import { type Drawing, drawMessage, type Message } from './draw.ts'
import { saidOf } from './errors.ts'
import { placed } from './render.ts'

const LOOK_BACK = 100

/** docs.slack.dev, rate limits: about one message per second and channel. */
const pacePerChannel = { everyMs: 1_050, burst: 1 }

/** Slack refuses what a message shows, and not that there is one. */
const unshowable = new Set(['msg_blocks_too_long', 'msg_too_long', 'invalid_blocks', 'invalid_blocks_format'])

/** Sends a message; when Slack can't take its blocks, once more without its pictures, or as words alone. */
export async function asShown<T>({ house }: Drawing, message: Message, send: (message: Message) => Promise<T>): Promise<T> {
  try {
    return await send(message)
  } catch (error) {
    const said = saidOf(error) ?? ''
    if (!unshowable.has(said)) throw error
    house.log.warn({ said, words: message.text.slice(0, 80) }, 'Slack took no such blocks; the message is sent in simpler form')
    return send(
      said === 'invalid_blocks' && pictured(message.blocks) ? wordsForPictures(message) : { text: message.text, blocks: [] },
    )
  }
}

/** A picture just uploaded can be refused while Slack still looks at it. */
const pictured = (blocks: KnownBlock[]): boolean => blocks.some((block) => block.type === 'image' && 'slack_file' in block)
const wordsForPictures = ({ text, blocks }: Message): Message => ({ text, blocks: placed(blocks, new Map()) })

export const keyed = (key: string) => ({ event_type: 'troupe_post', event_payload: { key } })

/** Posts a card at its channel's pace. Gives its timestamp, which is its name. */
export async function say(world: Drawing, team: string, channel: string, key: string, shown: Card): Promise<string> {
  const message = await drawMessage(world, team, shown)
  await world.house.pace(`slack:${team}:${channel}`, pacePerChannel)
  return asShown(world, message, async ({ text, blocks }) => {
    const args = { channel, text, ...(blocks.length > 0 ? { blocks } : {}), metadata: keyed(key) }
    const quiet = { unfurl_links: false, unfurl_media: false }
    return (await world.clients.call<{ ts: string }>(team, 'chat.postMessage', { ...args, ...quiet })).ts
  })
}

/** The newest message with this key; Slack keeps no nonce, so the channel itself is asked. */
export async function found(world: Drawing, team: string, channel: string, key: string): Promise<string | undefined> {
  type Past = { messages: { ts: string; metadata?: { event_payload?: { key?: string } } }[] }
  const args = { channel, limit: LOOK_BACK, include_all_metadata: true }
  const { messages } = await world.clients.call<Past>(team, 'conversations.history', args)
  return messages.find((message) => message.metadata?.event_payload?.key === key)?.ts
}

const PATIENCE_MS = 5_000

/** For what someone waits for: a short rate limit is waited for, once. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const delivery = deliveryOf(error)
    if (saidOf(error) !== 'ratelimited' || delivery?.kind !== 'later' || delivery.afterMs > PATIENCE_MS) throw error
    await new Promise((resolve) => setTimeout(resolve, delivery.afterMs))
    return work()
  }
}
