/** Which proxies in front are ours: only they are believed about where a request came from. */
import { BlockList, isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whether the machine that named the next address may be believed; hop 0 is the one that is connected to us. */
export type Trust = (address: string, hop: number) => boolean

/** Reads TRUST_PROXY: so many proxies, or these addresses and networks (`10.1.0.0/16`). Undefined believes nobody. */
export function trustIn(proxies: number | readonly string[] | undefined): Trust | undefined {
  if (proxies === undefined || proxies === 0) return undefined
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies
  const ours = new BlockList()
  for (const one of proxies) {
    const [address = '', bits] = one.split('/')
    const family = familyOf(address)
    if (bits === undefined) ours.addAddress(address, family)
    else ours.addSubnet(address, Number(bits), family)
  }
  return (address) => {
    // A link-local neighbour comes with the name of the interface behind it.
    const [bare = ''] = address.split('%')
    return isIP(bare) !== 0 && ours.check(bare, familyOf(bare))
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/**
 * Walks X-Forwarded-For from its end, where our own proxies write, for as long as each is believed. What stands before that was
 * sent by the visitor and says nothing.
 */
export function visitorAddress(socket: string, forwarded: string, trust: Trust | undefined): string {
  if (trust === undefined || forwarded === '') return socket
  const named = forwarded.split(',')
  let address = socket
  for (let hop = 0; hop < named.length && trust(address, hop); hop++) {
    const before = withoutPort(named[named.length - 1 - hop]!.trim())
    if (isIP(before) === 0) break
    address = before
  }
  return address
}

/** Some gateways name the port beside the address: 203.0.113.7:51234, [2001:db8::7]:51234. */
const withoutPort = (named: string): string => named.replace(/^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/, '$1$2')

/** The header as every other reader of it understands it. */
export const withoutPorts = (forwarded: string): string =>
  forwarded
    .split(',')
    .map((named) => withoutPort(named.trim()))
    .join(', ')

/** What limits count by. Whoever has IPv6 has a whole network of it (/64) and any of its addresses, so that the network is one visitor. */
export function limitedBy(address: string | undefined): string {
  // Of a connection that is gone already nobody knows any more where it came from.
  if (address === undefined) return ''
  const [bare = ''] = address.split('%')
  if (isIP(bare) !== 6) return address
  const ip = ipaddr.process(bare)
  return ip instanceof ipaddr.IPv6
    ? `${ip.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : ip.toString()
}
