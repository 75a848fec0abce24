// Addresses of posts: on which network one stands, whose it says it is, and whether it is a post at all.
import { networkAt, networks } from '../campaigns/rules-networks.ts'
import { Refusal } from '../kernel/refusal.ts'
import { checkAddress } from './rules.ts'

const names: Record<string, string> = { tiktok: 'TikTok', youtube: 'YouTube', x: 'X' }
/** A network as people write it. */
export const networkName = (network: string): string => names[network] ?? network.charAt(0).toUpperCase() + network.slice(1)

/** The network that an address is on; null for blogs and everything we don't know. */
export const networkOf = (address: string): string | null => networkAt(new URL(address).hostname)

const shorteners = new Set(['youtu.be', 'vm.tiktok.com', 'vt.tiktok.com'])

/** The account that an address names, such as "mia.glow"; null where it names none. */
export function accountIn(address: string): string | null {
  if (networkOf(address) === null) return null
  const parts = new URL(address).pathname.split('/').filter(Boolean)
  const at = parts.find((part) => part.startsWith('@'))
  if (at) return at.slice(1).toLowerCase()
  return /^(?:status|p|reel|reels)$/.test(parts[1] ?? '') ? (parts[0] ?? '').toLowerCase() : null
}

/** A network's front page or somebody's profile is no post. */
function leadsToNoPost(address: string): boolean {
  const url = new URL(address)
  const network = networkOf(address)
  if (network === null || shorteners.has(url.hostname)) return url.pathname === '/' && url.search === '' && network !== null
  const parts = url.pathname.split('/').filter(Boolean)
  if (parts.length === 0) return true
  const single = parts.length === 1 && !/^(?:watch|photo|photo\.php|story\.php|permalink\.php)$/.test(parts[0]!)
  return single && network !== 'twitch' && url.search === ''
}

/** The address of a post as it is kept: on a network that the mission is for, and no profile. Throws Refusal invalid. */
export function checkPost(raw: string, mission: { title: string; platforms: readonly string[] } | null): string {
  const address = checkAddress(raw)
  if (leadsToNoPost(address)) {
    throw new Refusal(
      'invalid',
      'This address leads to a profile, not to a post.',
      'Open the post itself and copy its address.',
      'url',
    )
  }
  const network = networkOf(address)
  const wanted = (mission?.platforms ?? []).filter((name) => Object.values(networks).includes(name))
  if (mission && network !== null && wanted.length > 0 && !wanted.includes(network)) {
    const list = wanted.map(networkName).join(' or ')
    throw new Refusal(
      'invalid',
      `“${mission.title}” is for ${list}, and this address is on ${networkName(network)}.`,
      `Give the address of your post on ${list}.`,
      'url',
    )
  }
  return address
}

/** Several addresses in one field, apart by spaces, commas or lines; each once. */
export const addressesIn = (typed: string): string[] => [...new Set(typed.split(/[\s,]+/).filter((word) => word !== ''))]
