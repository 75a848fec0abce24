// What the scenes of the labelled set are played with: dice that repeat themselves, visitors, and shoppers who look around.

export type SetClick = {
  creator: number
  at: number
  ip: string
  visitor: string
  agent: string
  referer: string | null
  country: string | null
  bot: boolean
  unique: boolean
}
export type SetOrder = {
  kind: string
  fraud: boolean
  creator: number
  at: number
  /** The place of its click in `clicks`; null for an order by code. */
  click: number | null
  email: string
  throwaway: boolean
  own: boolean
}
export type TrustSet = { creators: { country: string }[]; clicks: SetClick[]; orders: SetOrder[] }

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Even numbers in [0, 1) from a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const systems = [
  'iPhone; CPU iPhone OS 18_5 like Mac OS X',
  'Linux; Android 15; Pixel 9',
  'Linux; Android 14; SM-S921B',
  'Windows NT 10.0',
  'Macintosh; Intel Mac OS X 10_15_7',
]
export const pages = [
  'https://www.instagram.com/',
  'https://www.tiktok.com/',
  'https://l.facebook.com/?fbclid=IwY2xjawM',
  'https://www.youtube.com/',
  'https://linktr.ee/',
]
export const servers = ['5.9.14.0', '138.68.77.0', '51.77.10.0', '167.99.201.0', '95.216.40.0', '54.37.9.0']

type Draw = ReturnType<typeof dice>

/** What scenes throw dice for. */
export function dice(seed: number) {
  const random = numbers(seed)
  let count = 0
  const draw = {
    random,
    between: (from: number, to: number) => from + Math.floor(random() * (to - from + 1)),
    of: <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!,
    chance: (share: number) => random() < share,
    name: (what: string) => `${what}-${++count}`,
    /** A household: networks of homes and phones, none of which is rented to servers. */
    ip: () => `${draw.of([77, 79, 80, 84, 85, 87, 89, 91, 93, 178])}.${draw.between(1, 250)}.${draw.between(1, 250)}.0`,
    agent: () =>
      `Mozilla/5.0 (${draw.of(systems)}) AppleWebKit/${draw.between(533, 618)}.${draw.between(1, 40)} Version/${draw.between(16, 18)}.${draw.between(0, 6)} Safari`,
    country: () => draw.of(['DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'AT', 'CH', 'FR', 'NL']),
  }
  return draw
}

export type Stage = { draw: Draw; set: TrustSet; now: number }
export type Scene = { creators: number; country?: string; play: (scene: Play) => void }
export type Play = Stage & {
  creator: number
  sell: (more: Partial<SetOrder> & { at: number }) => void
  click: (more?: Partial<SetClick>) => number
  any: () => number
}

export function playing({ draw, set, now }: Stage, creator: number, kind: string, fraud: boolean): Play {
  /** Any moment of the day that leaves an hour to buy. */
  const any = () => now - DAY + HOUR + Math.floor(draw.random() * (DAY - 3 * HOUR))
  const click = (more: Partial<SetClick> = {}) =>
    set.clicks.push({
      creator,
      at: any(),
      ip: draw.ip(),
      visitor: draw.name('visitor'),
      agent: draw.agent(),
      referer: draw.of(pages),
      country: draw.country(),
      bot: false,
      unique: true,
      ...more,
    }) - 1
  const sell = (more: Partial<SetOrder> & { at: number }) =>
    void set.orders.push({
      kind,
      fraud,
      creator,
      click: null,
      email: draw.name('shopper'),
      throwaway: false,
      own: false,
      ...more,
    })
  return { draw, set, now, creator, sell, click, any }
}

/** After a click a shopper looks around for a while. */
export const looked = (draw: Draw): number => draw.between(40, 3_000) * SECOND

/** So many clicks of people, of which so many buy. */
export function visits(
  { click, sell, draw, set }: Play,
  clicks: number,
  buyers: number,
  more: () => Partial<SetClick> = () => ({}),
  sold: () => Partial<SetOrder> = () => ({}),
): void {
  for (let n = 0; n < clicks; n++) {
    const place = click(more())
    if (n < buyers) sell({ at: set.clicks[place]!.at + looked(draw), click: place, ...sold() })
  }
}
