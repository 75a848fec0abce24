import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Random } from '../kernel/id.ts'
import { clickIds } from '../links/click-id.ts'
import type { Click } from '../links/click-line.ts'
import { looksAhead, parseSlug, truncateAddress } from '../links/rules.ts'
import type { SlugTable, Target } from '../links/slugs.ts'
import { withAdMark } from '../trust/rules-sources.ts'
import { type Trust, visitorAddress } from './proxies.ts'
import { visitors } from './visitor.ts'
import { wordsPage } from './words-page.ts'

export type RedirectOptions = {
  slugs: Pick<SlugTable, 'get' | 'look'>
  /** Resolves when all these clicks are kept; the shoppers are sent on after that. */
  append: (clicks: readonly Click[]) => Promise<void>
  now: () => Date
  random: Random
  /** Seals click ids and hashes visitors; 32 bytes, the same in every process. */
  key: Buffer
  /** Which proxies may name the visitor in X-Forwarded-For; undefined believes nobody. */
  trust?: Trust | undefined
  /** A header in which such a proxy names the visitor's country (two letters), such as `cf-ipcountry`. */
  countryHeader?: string | undefined
  /** Where an address is, by the operator's own file; null where that is not known. */
  countryOf?: ((ip: string) => string | null) | undefined
}

export type Redirect = {
  /** GET and HEAD /:slug for Fastify: known slugs, the page for unknown ones, 503 while nobody can tell. */
  routes: (app: FastifyInstance) => Promise<void>
  /**
   * Answers a raw request for a link that is in memory, before Fastify looks at it (in its `serverFactory`). False when the request is
   * something else; nothing was done then.
   */
  front: (req: IncomingMessage, res: ServerResponse) => boolean
  /** The same for a slug that is already parsed. */
  handleRedirect: (req: IncomingMessage, res: ServerResponse, slug: string) => boolean
}

type Following = { req: IncomingMessage; res: ServerResponse; target: Target }

const sameHeaders = ['Cache-Control', 'no-store', 'Referrer-Policy', 'strict-origin-when-cross-origin', 'Content-Length', '0']

/** Sends shoppers from a creator's link to its stored destination, with a sealed click id, once the click is kept. No cookies. */
export function redirect({ slugs, append, now, random, key, trust, countryHeader, countryOf }: RedirectOptions): Redirect {
  const newClick = clickIds(key, random)
  const visitorOf = visitors(key)
  let following: Following[] = []

  function clickOf({ req, target }: Following, at: number, id: string): Click {
    const said = readHeaders(req.rawHeaders, countryHeader)
    const { userAgent } = said
    const ip = visitorAddress(req.socket.remoteAddress ?? '', said.forwarded, trust)
    const visitor = visitorOf(at, ip, userAgent)
    const bot = said.ahead || req.method === 'HEAD'
    const { programId, linkId } = target
    const referer = withAdMark(said.referer, req.url ?? '')
    const country = said.country ?? countryOf?.(ip) ?? null
    return { id, programId, linkId, at, ip: truncateAddress(ip), userAgent, referer, visitor, country, bot }
  }

  /** Keeps the clicks of this turn of the event loop in one go, then answers them. */
  async function sendAll(): Promise<void> {
    const all = following
    following = []
    const at = now().getTime()
    const clicks: Click[] = []
    const locations: string[] = []
    for (const one of all) {
      const { id, cid } = newClick(at)
      clicks.push(clickOf(one, at, id))
      locations.push(one.target.before + cid + one.target.after)
    }
    await append(clicks)
    for (let i = 0; i < all.length; i++) {
      const { res } = all[i]!
      res.writeHead(302, ['Location', locations[i]!, ...sameHeaders])
      res.end()
    }
  }

  function sendOn(req: IncomingMessage, res: ServerResponse, target: Target): void {
    if (following.length === 0) setImmediate(sendAll)
    following.push({ req, res, target })
  }

  function handleRedirect(req: IncomingMessage, res: ServerResponse, slug: string): boolean {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false
    const target = slugs.get(slug)
    if (target === undefined) return false
    sendOn(req, res, target)
    return true
  }

  function front(req: IncomingMessage, res: ServerResponse): boolean {
    const slug = slugOf(req.url!)
    return slug !== null && handleRedirect(req, res, slug)
  }

  async function answer(request: FastifyRequest<{ Params: { slug: string } }>, reply: FastifyReply): Promise<FastifyReply> {
    const slug = parseSlug(request.params.slug)
    const found = slug === null ? null : await slugs.look(slug)
    if (found === 'away') {
      const body = page('One moment, please', 'We cannot look this link up right now. Please try again in a few seconds.')
      return reply
        .code(503)
        .header('retry-after', '5')
        .header('cache-control', 'no-store')
        .header('x-robots-tag', 'noindex')
        .type('text/html; charset=utf-8')
        .send(body)
    }
    if (found === null) {
      const body = page('This link leads nowhere', 'It may be mistyped. Please ask the person who shared it for the right one.')
      reply.code(404).header('cache-control', 'no-store').header('x-robots-tag', 'noindex')
      return reply.type('text/html; charset=utf-8').send(body)
    }
    reply.hijack()
    sendOn(request.raw, reply.raw, found)
    return reply
  }

  return {
    routes: async (app) => {
      app.route({ method: ['GET', 'HEAD'], url: '/:slug', exposeHeadRoute: false, handler: answer })
    },
    front,
    handleRedirect,
  }
}

/** The slug that a request's path consists of; null for any other path. Its query is never looked at. */
export function slugOf(url: string): string | null {
  const query = url.indexOf('?')
  return parseSlug(query < 0 ? url.slice(1) : url.slice(1, query))
}

type Said = { userAgent: string; referer: string; forwarded: string; country: string | null; ahead: boolean }

/** What a click keeps of the headers, cut to size. Reading the raw pairs spares building an object of all of them. */
function readHeaders(raw: readonly string[], countryHeader: string | undefined): Said {
  const said: Said = { userAgent: '', referer: '', forwarded: '', country: null, ahead: false }
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const value = raw[i + 1]!
    if (name === 'user-agent') said.userAgent = value.slice(0, 200)
    else if (name === 'referer') said.referer = value.slice(0, 300)
    else if (name === 'x-forwarded-for') said.forwarded += said.forwarded ? `,${value}` : value
    else if (name.endsWith('purpose') || name === 'x-moz') said.ahead ||= looksAhead(value)
    else if (name === countryHeader && /^(?!XX)[A-Z]{2}$/.test(value)) said.country = value
  }
  return said
}

/** For shoppers, who have none of our pages to go back to. */
const page = (title: string, sentence: string): string => wordsPage({ title, lines: [sentence], theme: undefined, start: false })
