/** Discord and Slack as they are at their edges: limits, Retry-After, answers that get lost, and what each knows of a message sent twice. */
import { createHash } from 'node:crypto'
import { later, type MessageRef, type Platform, type Post } from '../../src/platforms/platform.ts'
import type { Dice } from './dice.ts'

export type Sent = { place: string; message: string; nonce: string; card: Post['card']; at: number; edits: number }

export type Rules = {
  name: 'discord' | 'slack'
  /** So many requests in any second for the whole bot. */
  perSecond: number
  /** So many posts in a place in so many milliseconds. */
  posts: number
  inMs: number
  /** So long the same nonce gives the same message. */
  nonceMs: number
  /** Of a hundred answers so many are lost, and of a hundred requests so many end in a fault. */
  lost: number
  faults: number
}

export const discordRules: Rules = { name: 'discord', perSecond: 50, posts: 5, inMs: 5_000, nonceMs: 300_000, lost: 6, faults: 4 }
export const slackRules: Rules = { name: 'slack', perSecond: 50, posts: 1, inMs: 1_000, nonceMs: 0, lost: 6, faults: 4 }

export type World = { now: () => number; spend: (ms: number) => void; note: (words: string) => void }

export type FakePlatform = Platform & {
  sent: Sent[]
  count: { requests: number; limited: number; lost: number; faults: number }
  /** From now on nothing is lost, and nothing fails but by the limits. */
  calm: () => void
}

/** The line to a platform: what is above a limit is refused, some requests fail, and some answers get lost. */
function openLine(rules: Rules, dice: Dice, world: World) {
  const posts = new Map<string, number[]>()
  const restUntil = new Map<string, number>()
  const count = { requests: 0, limited: 0, lost: 0, faults: 0 }
  let second: number[] = []
  const line = { rough: true, count, request }

  /** One request on the wire. Throws what the door would throw for what the platform answered. */
  function request<T>(what: string, place: string, accept: () => T, counted: boolean): T {
    const rest = restUntil.get(place) ?? 0
    // The door knows of the limit and asks for nothing before it ends.
    if (world.now() < rest) throw later(`${rules.name} asks to wait`, rest - world.now())
    world.spend(dice.between(20, 120))
    const now = world.now()
    count.requests++
    second = [...second.filter((at) => at > now - 1_000), now]
    const recent = (posts.get(place) ?? []).filter((at) => at > now - rules.inMs)
    if (second.length > rules.perSecond || (counted && recent.length >= rules.posts)) return limited(what, place, now, recent)
    if (line.rough && dice.percent(rules.faults)) {
      count.faults++
      world.note(`${rules.name} fails ${what} ${place}`)
      throw later(`${rules.name} answered 503`, 15_000)
    }
    if (counted) posts.set(place, [...recent, now])
    const done = accept()
    if (line.rough && dice.percent(rules.lost)) {
      count.lost++
      world.note(`${rules.name} answer to ${what} ${place} is lost`)
      // Half of the time it looks like trouble of the platform, and half of the time like none that is known.
      throw dice.percent(50) ? later(`${rules.name} can't be reached`, 15_000) : new Error('socket hang up')
    }
    return done
  }

  function limited(what: string, place: string, now: number, recent: number[]): never {
    count.limited++
    const retryAfter = recent.length > 0 ? recent[0]! + rules.inMs - now : 1_000
    restUntil.set(place, now + retryAfter)
    world.note(`${rules.name} 429 ${what} ${place}`)
    throw later(`${rules.name} asks to wait`, retryAfter)
  }

  return line
}

export function fakePlatform(rules: Rules, dice: Dice, world: World): FakePlatform {
  const sent: Sent[] = []
  const byMessage = new Map<string, Sent>()
  const byNonce = new Map<string, Sent>()
  const line = openLine(rules, dice, world)
  const { count, request } = line

  function make(place: string, { nonce, card }: Post): Sent {
    const known = byNonce.get(`${place} ${nonce}`)
    if (known && world.now() - known.at <= rules.nonceMs) return known
    const one = { place, message: `${rules.name}-${sent.length + 1}`, nonce, card, at: world.now(), edits: 0 }
    sent.push(one)
    byMessage.set(one.message, one)
    byNonce.set(`${place} ${nonce}`, one)
    world.note(`${rules.name} post ${place} ${nonce} ${hashOf(card)}`)
    return one
  }

  return {
    name: rules.name,
    sent,
    count,
    calm() {
      line.rough = false
    },
    start: async () => {},
    stop: async () => {},
    privatePlace: async (workspace, personId) => `${workspace}:person:${personId}`,
    async post(_workspace, place, post): Promise<MessageRef> {
      // After a try whose end is not known the doors look for what is written on a post, for Slack keeps no nonce, and Discord for minutes.
      const found = post.again ? byNonce.get(`${place} ${post.nonce}`) : undefined
      const { message } = found ?? request('post', place, () => make(place, post), true)
      return { place, message }
    },
    async edit(_workspace, { place, message }, { card }) {
      return request('edit', place, () => change(message, card), false)
    },
    grant: async (_workspace, user, role, on) =>
      request('grant', user, () => world.note(`${rules.name} ${user} ${on ? 'gets' : 'loses'} ${role}`), false),
    answerLate: async () => {},
    fetchFile: async () => new Uint8Array(),
    prepare: async (workspace, wanted) => ({
      channels: wanted.map(({ audience, name }) => ({ audience, name, externalId: `${workspace}:${audience}` })),
      missing: [],
    }),
    health: () => ({ ok: true, words: 'open' }),
  }

  function change(message: string, card: Post['card']): boolean {
    const one = byMessage.get(message)
    if (!one) return false
    one.card = card
    one.edits++
    world.note(`${rules.name} edit ${message} ${hashOf(card)}`)
    return true
  }
}

const hashOf = (what: unknown): string => createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16)
