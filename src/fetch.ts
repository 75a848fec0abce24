/**
 * The one outgoing HTTP client. What it is told to reach may come from outside, so every connection is opened to an address that was
 * checked: names are resolved here, once, and the socket goes to the very address that passed, at the first request and at each redirect.
 */
import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import type { Agent, buildConnector } from 'undici'
import { addressOf } from './kernel/address.ts'
import { lazily } from './kernel/lazily.ts'
import { Refusal } from './kernel/refusal.ts'

export type Outgoing = {
  url: string
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  headers?: Record<string, string>
  body?: string
  /** A longer answer is cut off and refused. */
  maxBytes?: number
  /** From the first to the last byte, redirects included. */
  timeoutMs?: number
  /** How many redirects are followed; only GET follows any. */
  redirects?: number
}

export type Incoming = { status: number; headers: Record<string, string>; body: Buffer; url: string }

export type Fetch = (outgoing: Outgoing) => Promise<Incoming>

export type FetchOptions = {
  /** Origins such as http://127.0.0.1:4010 that are reached though they are private or not https. */
  allow?: readonly string[]
  /** Addresses of a name. */
  resolve?: (host: string) => Promise<string[]>
  /** Opens a socket to an address; undici's own unless a test looks on. */
  dial?: buildConnector.connector
}

const MAX_BYTES = 1024 * 1024
const TIMEOUT_MS = 5_000
const REDIRECTS = 3
const redirecting = new Set([301, 302, 303, 307, 308])

/** Opens the client; `close` ends its idle connections. */
export function openFetch(options: FetchOptions = {}): { fetch: Fetch; close: () => Promise<void> } {
  const allow = new Set((options.allow ?? []).map((one) => new URL(one).origin))
  let agent: Agent | undefined
  let closed = false
  // A process that asks nobody never loads the library.
  const client = lazily(async (): Promise<Client> => {
    const { Agent, buildConnector, request } = await import('undici')
    const dial = options.dial ?? buildConnector({ timeout: TIMEOUT_MS })
    const connect = checkedConnector(dial, allow, options.resolve ?? addressesOf)
    agent = new Agent({ connect, pipelining: 1, connections: 16 })
    if (closed) await agent.close()
    return { agent, request }
  })
  const fetch: Fetch = async (outgoing) => {
    const { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS } = outgoing
    const left = outgoing.method === undefined || outgoing.method === 'GET' ? (outgoing.redirects ?? REDIRECTS) : 0
    const hop = { ...(await client()), maxBytes, signal: AbortSignal.timeout(timeoutMs) }
    let url = checkUrl(outgoing.url, allow)
    let headers = outgoing.headers ?? {}
    for (let followed = 0; ; followed++) {
      const answer = await ask(hop, url, { ...outgoing, headers })
      const to = redirecting.has(answer.status) ? answer.headers.location : undefined
      if (to === undefined || left === 0) return answer
      if (followed === left) throw refused('The address leads from one page to another and to no end.')
      const next = checkUrl(to, allow, url)
      // Whoever we are at one host is nobody's business at another.
      if (next.origin !== url.origin) headers = harmless(headers)
      url = next
    }
  }
  const close = async (): Promise<void> => {
    closed = true
    await agent?.close()
  }
  return { fetch, close }
}

const refused = (sentence: string): Refusal =>
  new Refusal('not_allowed', sentence, 'Give a full https:// address that everybody can reach.')

/** Only https leaves this house, and plain http to the origins that were allowed by name; no user name or password in an address. */
function checkUrl(raw: string, allow: ReadonlySet<string>, base?: URL): URL {
  const address = addressOf(raw, base?.href)
  if (!address) throw refused('That is not a full web address.')
  const url = new URL(raw, base)
  if (url.username !== '' || url.password !== '') throw refused('The address carries a name or password.')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allow.has(url.origin)))
    throw refused('Only https addresses are reached.')
  return url
}

const harmless = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^(accept|accept-language|user-agent)$/i.test(name)))

type Client = { agent: Agent; request: typeof import('undici').request }
type Hop = Client & { maxBytes: number; signal: AbortSignal }

async function ask(
  { agent, request, maxBytes, signal }: Hop,
  url: URL,
  { method = 'GET', headers, body }: Outgoing,
): Promise<Incoming> {
  const answer = await request(url, {
    dispatcher: agent,
    method,
    headers: { 'user-agent': 'Troupe', ...headers },
    signal,
    ...(body === undefined ? {} : { body }),
  })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Leaving the loop destroys the stream, and with it the connection.
    if (bytes > maxBytes) throw refused(`The answer is longer than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  const flat = Object.entries(answer.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ])
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(flat) as Record<string, string>,
    body: Buffer.concat(chunks),
    url: url.href,
  }
}

/** Resolves a name, refuses it when any of its addresses is not public, and connects to the first of those that can be reached from here. */
function checkedConnector(
  dial: buildConnector.connector,
  allow: ReadonlySet<string>,
  resolve: (host: string) => Promise<string[]>,
): buildConnector.connector {
  return (opts, callback) => {
    const { hostname, protocol, port } = opts
    const bare = hostname.replace(/^\[|\]$/g, '')
    const origin = new URL(`${protocol}//${bare.includes(':') ? `[${bare}]` : bare}${port ? `:${port}` : ''}`).origin
    const literal = ipaddr.isValid(bare)
    const find = literal ? Promise.resolve([bare]) : resolve(bare)
    find.then(
      (addresses) => {
        if (addresses.length === 0) return callback(new Error(`${bare} has no address.`), null)
        if (!allow.has(origin) && !addresses.every(isPublic))
          return callback(refused(`${bare} is not on the public internet.`), null)
        // The certificate is still checked against the name.
        const named = { ...opts, ...(literal ? {} : { servername: opts.servername ?? bare }) }
        const reach = ([hostname = '', ...others]: string[]): void =>
          dial({ ...named, hostname }, (...dialed) => {
            const [error] = dialed
            if (error !== null && others.length > 0 && noWay.has((error as NodeJS.ErrnoException).code ?? '')) reach(others)
            else callback(...dialed)
          })
        reach(addresses)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    )
  }
}

/** Nobody was there, or no road leads there: a machine may have IPv4 alone, or IPv6 alone. */
const noWay = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'ECONNREFUSED'])

/** IPv4 first: a machine without IPv6 still resolves it. */
const addressesOf = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address)

/** Whether an address is one that the whole internet knows. Forms that carry an IPv4 address inside are taken for neither. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  if (ip.range() !== 'unicast') return false
  // Only 2000::/3 is given out; ipaddr.js calls the rest of the unassigned space unicast as well.
  return ip.kind() === 'ipv4' || ((ip as ipaddr.IPv6).parts[0]! & 0xe000) === 0x2000
}
