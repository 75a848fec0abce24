/** What a page says of the post on it: its caption from the marks that it carries for link previews, or why there is none to read. */
import { createRequire } from 'node:module'
import type { Fetch, Incoming } from '../fetch.ts'
import { Refusal } from '../kernel/refusal.ts'

/** `captions` are what the page gives as the words of the post, the surest first. `again` = another try may help. */
export type Reading =
  | { kind: 'read'; captions: string[] }
  | { kind: 'gone' }
  | { kind: 'closed'; why: string }
  | { kind: 'again'; why: string }

const require = createRequire(import.meta.url)

const MAX_BYTES = 1024 * 1024
const MAX_CAPTION = 20_000
const TIMEOUT_MS = 5_000

/** Fetches and reads a page through the one outgoing client; never throws, and never inside a transaction. */
export async function readLive(fetch: Fetch, url: string): Promise<Reading> {
  try {
    const headers = { accept: 'text/html', 'accept-language': 'en' }
    return readPage(await fetch({ url, headers, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS }))
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'closed', why: error.sentence }
    return { kind: 'again', why: 'The site did not answer.' }
  }
}

/** Addresses that platforms send strangers to. */
const walls = /\/(?:accounts\/login|login|signin|sign-in|log-in|checkpoint|challenge|consent|uas\/login|authwall)(?:[/.?]|$)/i
const wallTitles =
  /^(?:log in|login|sign in|sign up|anmelden|connexion|iniciar sesión|instagram$|facebook$|tiktok - make your day$|login • instagram)/i
const goneTitles =
  /^(?:page not found|content not found|post not found|video not found|404\b|page isn.t available|sorry, this page isn.t available|this content isn.t available)/i
const goneWords =
  /(?:this video isn.t available|video unavailable|page isn.t available|video currently unavailable|post has been deleted)/i
const privateWords = /(?:account is private|private video|video is private|private account|protected posts)/i

/** Reads an answer. Pure. */
export function readPage({ status, headers, body, url }: Incoming): Reading {
  if (status === 404 || status === 410) return { kind: 'gone' }
  if (status === 401 || status === 403 || status === 999) return closed('The site shows it only to people who are signed in.')
  if (status === 429 || status >= 500) return { kind: 'again', why: 'The site is busy.' }
  if (status < 200 || status > 299) return closed(`The site answered with ${status} and no page.`)
  if (!/^(?:text\/html|application\/xhtml\+xml)\b/i.test((headers['content-type'] ?? '').trim()))
    return closed('There is a file at this address and no page with a caption.')
  if (walls.test(new URL(url).pathname)) return closed('The site shows it only to people who are signed in.')
  const page = marksOf(body.toString('utf8'))
  if (goneTitles.test(page.title)) return { kind: 'gone' }
  const said = [
    ...page.structured,
    page.meta.get('og:description'),
    page.meta.get('description'),
    page.meta.get('twitter:description'),
  ]
  const titles = [page.meta.get('og:title'), page.title]
  const about = [...said, ...titles]
    .filter((words) => words !== undefined && words !== '')
    .join('\n')
    .slice(0, MAX_CAPTION)
  if (privateWords.test(about)) return closed('The post or its account is private.')
  if (goneWords.test(about)) return { kind: 'gone' }
  const all = [...said, page.meta.get('og:title')].flatMap((words) => (words === undefined ? [] : [unwrap(words.trim())]))
  const captions = [...new Set(all.filter((words) => words !== '' && !wallTitles.test(words)))]
  const walled = page.asksPassword || wallTitles.test(page.title)
  if (captions.length === 0 || (walled && said.every((words) => !words)))
    return closed(walled ? 'The site shows it only to people who are signed in.' : 'The page does not give its caption away.')
  return { kind: 'read', captions: captions.map((words) => words.slice(0, MAX_CAPTION)) }
}

const closed = (why: string): Reading => ({ kind: 'closed', why })

type Marks = { meta: Map<string, string>; structured: string[]; title: string; asksPassword: boolean }

/** The marks of a page; the first of each name counts, as it does for link previews. */
function marksOf(html: string): Marks {
  const marks: Marks = { meta: new Map(), structured: [], title: '', asksPassword: false }
  let inside: 'title' | 'json' | undefined
  let held = ''
  // Only where a post is due: few processes ever read a page.
  const { Parser } = require('htmlparser2') as typeof import('htmlparser2')
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'meta') {
        const key = (attributes.property ?? attributes.name ?? '').toLowerCase()
        if (/^(?:og:|twitter:)?(?:title|description)$/.test(key) && attributes.content !== undefined && !marks.meta.has(key))
          marks.meta.set(key, attributes.content)
      }
      if (name === 'input' && attributes.type?.toLowerCase() === 'password') marks.asksPassword = true
      if (name === 'title' && marks.title === '') inside = 'title'
      if (name === 'script' && /^application\/ld\+json\b/i.test(attributes.type ?? '')) inside = 'json'
      if (inside) held = ''
    },
    ontext(words) {
      if (inside) held += words
    },
    onclosetag(name) {
      if (name === 'title' && inside === 'title') marks.title = held.trim()
      if (name === 'script' && inside === 'json') marks.structured.push(...captionsIn(held))
      if (name === 'title' || name === 'script') inside = undefined
    },
  })
  parser.write(html)
  parser.end()
  return marks
}

const posts =
  /^(?:SocialMediaPosting|VideoObject|ImageObject|BlogPosting|Article|NewsArticle|Review|DiscussionForumPosting|Photograph|WebPage)$/
const fields = ['articleBody', 'caption', 'description', 'text', 'reviewBody', 'headline']
const MOST_NODES = 200

/** The words of posts in structured data; what is no JSON says nothing. */
function captionsIn(json: string): string[] {
  let root: unknown
  try {
    root = JSON.parse(json)
  } catch {
    return []
  }
  const found: string[] = []
  const open: unknown[] = [root]
  for (let seen = 0; open.length > 0 && seen < MOST_NODES; seen++) {
    const node = open.shift()
    if (Array.isArray(node)) open.push(...node.slice(0, MOST_NODES))
    if (node === null || typeof node !== 'object' || Array.isArray(node)) continue
    const row = node as Record<string, unknown>
    if ([row['@type']].flat().some((type) => posts.test(String(type))))
      for (const field of fields) if (typeof row[field] === 'string' && row[field] !== '') found.push(row[field])
    open.push(row['@graph'], row.mainEntity)
  }
  return found
}

/** `12 likes, 3 comments - mia on May 1, 2026: "words"` and `Mia on Instagram: "words"`: only the words are the caption. */
function unwrap(words: string): string {
  const head = words.slice(0, 300)
  const opened = /(?: on Instagram|, \d{4}| on Threads| auf Instagram| sur Instagram): ["“]/.exec(head)
  if (!opened) return words
  const start = opened.index + opened[0].length
  return words
    .slice(start)
    .trimEnd()
    .replace(/["”]\.?$/, '')
}
