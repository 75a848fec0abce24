/** A browser without scripts, over a server in memory: keeps cookies, follows forms by what stands on the page. */
import type { FastifyInstance, InjectOptions } from 'fastify'
import { buttonsOf, type Persona } from './chat.ts'

export type Shown = { status: number; html: string; headers: Record<string, unknown>; url: string }

export class Browser {
  readonly cookies: Record<string, string> = {}
  page: Shown = { status: 0, html: '', headers: {}, url: '' }
  private readonly server: FastifyInstance

  constructor(server: FastifyInstance) {
    this.server = server
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Shown> {
    return this.send({ method: 'GET', url, headers })
  }

  post(
    url: string,
    fields: Record<string, string>,
    headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<Shown> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.send({ method: 'POST', url, headers: { ...type, ...headers }, payload: new URLSearchParams(fields).toString() })
  }

  /** Types /dashboard in the chat as this person, opens the link and continues. */
  async signIn(person: Persona): Promise<Shown> {
    const path = await loginPath(person)
    await this.get(path)
    return this.post(path, {})
  }

  /** The hidden fields of the form that holds a button, with what the button itself sends. */
  button(label: string): Record<string, string> {
    for (const [form] of this.page.html.matchAll(/<form[\s\S]*?<\/form>/g)) {
      const found = [...form.matchAll(/<button([^>]*)>([^<]*)<\/button>/g)].find((b) => read(b[2]!) === label)
      if (!found) continue
      const sent = /name="([^"]*)" value="([^"]*)"/.exec(found[1]!)
      return { ...hiddenOf(form), ...(sent ? { [sent[1]!]: read(sent[2]!) } : {}) }
    }
    throw new Error(`There is no button "${label}" on ${this.page.url}.`)
  }

  press(label: string): Promise<Shown> {
    return this.post('/dashboard/run', this.button(label))
  }

  /** Sends the open form with these answers. */
  fill(answers: Record<string, string>): Promise<Shown> {
    const form = /<dialog[\s\S]*?<\/dialog>/.exec(this.page.html)
    if (!form) throw new Error(`There is no form on ${this.page.url}.`)
    return this.post('/dashboard/run', {
      ...hiddenOf(form[0]),
      ...Object.fromEntries(Object.entries(answers).map(([name, value]) => [`o.${name}`, value])),
    })
  }

  /** Any request with this browser's cookies; a redirect after a post is followed. */
  async send(request: InjectOptions): Promise<Shown> {
    const answer = await this.server.inject({
      ...request,
      headers: { accept: 'text/html', host: 'go.glow.example', ...request.headers },
      cookies: this.cookies,
    })
    for (const { name, value, maxAge, expires } of answer.cookies) {
      if (maxAge === 0 || (expires && expires.getTime() === 0)) delete this.cookies[name]
      else this.cookies[name] = value
    }
    const to = answer.headers.location
    if (answer.statusCode === 303 && to !== undefined) return this.get(to)
    this.page = { status: answer.statusCode, html: answer.body, headers: answer.headers, url: String(request.url) }
    return this.page
  }
}

/** What a person reads on a page: no tags, entities as characters. */
export const words = (html: string): string =>
  read(html.replace(/<head>[\s\S]*?<\/head>|<svg[\s\S]*?<\/svg>|<[^>]*>/g, ' ')).replace(/\s+/g, ' ')

/** The path of a fresh login link from the chat. */
export async function loginPath(person: Persona): Promise<string> {
  const { card } = await person.ask('dashboard')
  const button = buttonsOf(card!).find((b) => 'url' in b)
  if (!button || !('url' in button)) throw new Error(`${person.name} got no link.`)
  return new URL(button.url).pathname
}

const read = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, n: string) => String.fromCharCode(Number(n)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')

const hiddenOf = (form: string): Record<string, string> =>
  Object.fromEntries([...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map((m) => [m[1]!, read(m[2]!)]))
