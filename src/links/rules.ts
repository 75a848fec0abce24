// A link is a short public name (slug) that leads shoppers to one stored destination of the brand's own shops.
// A slug is plain ASCII, so no two slugs look alike by mixing scripts, and it never shadows one of our own pages.
// A destination is checked once, when the link is made: https, a host the program allowed, nothing a browser could read
// differently from us. Nothing in a request can change it. Every click is kept; machines are marked, never dropped.

import { isbot } from 'isbot'
import { addressOf } from '../kernel/address.ts'
import type { Random } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { isAmazonAddress } from './rules-amazon.ts'

const words = (list: string): Set<string> => new Set(list.split(/\s+/))

const reserved = words(
  `about admin api app apply apps assets auth bench callback code codes content creator creators css dashboard discord docs email
  events export favicon favicon-ico feed files gallery graphql health healthz help hook hooks images img index install internal
  join js legal link links live login logout manifest media metrics oauth openapi orders payout payouts ping portal privacy public
  queue r ready readyz rest robots robots-txt root security session sessions settings setup share shop sign-in signin signout signup
  simulator sitemap slack socket sse start static stats status support system team terms track unsubscribe upload uploads user users
  v1 v2 webhook webhooks well-known www`,
)

/** Pages of ours stand below these and none at them, so a link that was called so when it could be still leads on. */
const folders = words('details exports papers roster')

/** The slug in a URL or an option, lower-cased; null unless it is 2 to 40 of `[a-z0-9-]` and not one of our own page names. */
export function parseSlug(raw: string): string | null {
  if (!/^[A-Za-z0-9-]{2,40}$/.test(raw)) return null
  const slug = raw.toLowerCase()
  return reserved.has(slug) ? null : slug
}

/** The same of a link that is to be made. */
function freshSlug(raw: string): string | null {
  const slug = parseSlug(raw)
  return slug === null || folders.has(slug) ? null : slug
}

/** The slug a creator chose. Throws Refusal('invalid') when it cannot be one. */
export function checkSlug(raw: string): string {
  const slug = freshSlug(raw.trim())
  if (!slug || slug.startsWith('-') || slug.endsWith('-')) {
    throw new Refusal('invalid', 'That name cannot be used for a link.', 'Use 2 to 40 letters a-z, digits or hyphens.', 'slug')
  }
  return slug
}

// Without 0, 1, l and o: 32 characters nobody mistakes for one another, so five bits of a random byte choose one evenly.
const clear = '23456789abcdefghijkmnpqrstuvwxyz'
const spelled: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' }

/** A name in lower case without accents, as far as its letters have an ASCII spelling; at most its first 200 characters. */
export function ascii(name: string): string {
  const letters = [...name.slice(0, 200).normalize('NFKD').toLowerCase()].map((letter) => spelled[letter] ?? letter).join('')
  return letters.replace(/[\u0300-\u036f']/g, '')
}

/**
 * A slug from a creator's name, such as `mia-lind-7k3x`. `extra` (at most 8) is how many random characters
 * follow the name; 0 gives the bare name. A name without ASCII letters, or a reserved one, always gets random characters.
 */
export function makeSlug(name: string, random: Random, extra = 4): string {
  const base = ascii(name)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 25)
    .replace(/^-|-$/g, '')
  const length = extra > 0 ? extra : freshSlug(base) ? 0 : 4
  const tail = Array.from(random().subarray(0, base ? length : length + 2), (byte) => clear[byte & 31]).join('')
  return [base, tail].filter(Boolean).join('-')
}

const badDestination = (sentence: string, fix = 'Give a full https:// address of a page in one of the program’s shops.') =>
  new Refusal('invalid', sentence, fix, 'destination')

/**
 * The normalised address a link may lead to. `allowedHosts` are host names (`shop.com`, or `shop.com:8443` with a port); each also
 * allows its subdomains. `allowLocal` also accepts http and any port on localhost and 127.0.0.1, for the demo shop.
 * Throws Refusal('invalid') for everything a browser might read differently from what a person sees.
 */
export function checkDestination(raw: string, allowedHosts: readonly string[], { allowLocal = false } = {}): string {
  if (raw.length > 2000) throw badDestination('That address is too long.', 'Use one of at most 2,000 characters.')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/.test(raw)) {
    throw badDestination('That address contains a space, a backslash or a control character.')
  }
  const authority = /^https?:\/\/([^/?#]+)/i.exec(raw)?.[1]
  if (!authority || !addressOf(raw)) throw badDestination('That is not a full web address.')
  if (authority.includes('@') || authority.includes('%'))
    throw badDestination('The address may not carry a name, password or % before the path.')
  const url = new URL(raw)
  const local = allowLocal && (url.hostname === 'localhost' || url.hostname === '127.0.0.1')
  if (url.protocol !== 'https:' && !local) throw badDestination('Only https addresses can be linked.')
  if (url.hostname.endsWith('.')) throw badDestination('The host name may not end with a dot.')
  if (isAmazonAddress(url.href))
    throw badDestination(
      'Amazon forbids links that stand before its own.',
      'Give the address of the page in /link: you get a bare link with your tracking id.',
    )
  if (!local && !allowedHosts.some((allowed) => hostAllowed(url, allowed))) {
    throw badDestination(
      `${url.host} is not one of the program’s shops.`,
      'Ask a manager to add the host to the program’s settings.',
    )
  }
  if (url.href.length > 2000) throw badDestination('That address is too long.', 'Use one of at most 2,000 characters.')
  return url.href
}

/** Compares in punycode, so a look-alike in another script is another host; a bare top-level name allows nothing. */
function hostAllowed(url: URL, allowed: string): boolean {
  if (!addressOf(`https://${allowed}`)) return false
  const { hostname, port } = new URL(`https://${allowed}`)
  if (!hostname.includes('.') || url.port !== port) return false
  if (url.hostname === hostname) return true
  return /[a-z]$/.test(hostname) && url.hostname.endsWith(`.${hostname}`)
}

/** Splits a checked destination around the place of the click id: `before + cid + after`. A `cid` it already had is dropped. */
export function aroundClick(destination: string): { before: string; after: string } {
  const hash = destination.indexOf('#')
  const page = hash < 0 ? destination : destination.slice(0, hash)
  const mark = page.indexOf('?')
  const kept = mark < 0 ? [] : page.slice(mark + 1).split('&')
  const query = kept.filter((pair) => pair && pair !== 'cid' && !pair.startsWith('cid=')).join('&')
  return {
    before: `${mark < 0 ? page : page.slice(0, mark)}?${query ? `${query}&` : ''}cid=`,
    after: hash < 0 ? '' : destination.slice(hash),
  }
}

/** True for the values that browsers and messengers put into Purpose, Sec-Purpose, X-Purpose and X-Moz. */
export function looksAhead(value: string): boolean {
  return /prefetch|prerender|preview/i.test(value)
}

/** True for crawlers, link previews, scripts and requests that name no user agent. */
export function isBotAgent(userAgent: string): boolean {
  return userAgent === '' || isbot(userAgent)
}

/** An address with the part that names one household removed: /24 of IPv4, /48 of IPv6, '' for anything else. */
export function truncateAddress(ip: string): string {
  const four = ip.startsWith('::ffff:') ? ip.slice(7) : ip
  if (four.includes('.')) return `${four.slice(0, four.lastIndexOf('.'))}.0`
  if (!ip.includes(':')) return ''
  const [head = '', tail] = ip.split('%')[0]!.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const all =
    tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${all.slice(0, 3).join(':')}::`
}

/** A second click of the same visitor on the same link within this time is not a unique one. */
export const UNIQUE_MS = 3_600_000

type Seen = { linkId: string; visitor: string; at: number; bot: boolean }

/**
 * Which of these clicks count as unique: no two unique clicks of a visitor on a link lie within an hour, in whatever order they
 * arrive. `known` are the unique clicks already stored for these visitors. Machines never count.
 */
export function markUnique(clicks: readonly Seen[], known: readonly Omit<Seen, 'bot'>[]): boolean[] {
  const counted = new Map<string, number[]>()
  const timesOf = (click: Omit<Seen, 'bot'>) => {
    const key = `${click.linkId} ${click.visitor}`
    const times = counted.get(key) ?? []
    counted.set(key, times)
    return times
  }
  for (const click of known) timesOf(click).push(click.at)
  const unique = clicks.map(() => false)
  const byTime = clicks.map((click, i) => ({ click, i })).sort((a, b) => a.click.at - b.click.at)
  for (const { click, i } of byTime) {
    const times = timesOf(click)
    if (click.bot || times.some((at) => Math.abs(at - click.at) < UNIQUE_MS)) continue
    times.push(click.at)
    unique[i] = true
  }
  return unique
}

/** True for an address that can stand in a Location header as it is: http(s), printable ASCII. */
export function looksSafe(destination: string): boolean {
  return /^https?:\/\/[!-[\]-~]{1,2100}$/.test(destination)
}
