/** Keeps cookies, follows no redirects by itself, and can post the forms that a page carries. */
export class Visitor {
  page = ''
  status = 0
  headers = new Headers()
  readonly cookies = new Map<string, string>()
  private readonly origin: string

  constructor(origin: string) {
    this.origin = origin
  }

  async fetch(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(new URL(path, this.origin), {
      ...init,
      redirect: 'manual',
      headers: { cookie, accept: 'text/html', ...init.headers },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.cookies.set(name, value)
    }
    return answer
  }

  /** Opens a page, along its redirects. */
  async go(path: string): Promise<string> {
    return this.read(await this.fetch(path))
  }

  get token(): string {
    return /name="token" value="([^"]+)"/.exec(this.page)![1]!
  }

  /** Posts fields as a form without scripts does, and shows the page that follows. */
  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<string> {
    const body = new URLSearchParams({ token: fields.token ?? this.token, ...fields })
    return this.read(await this.fetch(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin', ...headers } }))
  }

  /** Posts a form with files as a browser without scripts does. */
  async send(path: string, body: FormData): Promise<string> {
    if (!body.has('token')) body.set('token', this.token)
    return this.read(await this.fetch(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin' } }))
  }

  private async read(answer: Response): Promise<string> {
    const next = answer.headers.get('location')
    if (answer.status >= 300 && answer.status < 400 && next) return this.go(next.replace(/#.*/, ''))
    this.status = answer.status
    this.headers = answer.headers
    this.page = await answer.text()
    return this.page
  }

  /** The page's words without its tags. */
  get words(): string {
    return readable(this.page.replace(/<(script|style|template)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]+>/g, ' ')).replace(
      /\s+/g,
      ' ',
    )
  }

  /** The value of the button with this label, as it would be posted. */
  button(label: string): { run: string; given: Record<string, string> } {
    const found = [...this.page.matchAll(/<button class="button[^"]*" name="press" value="([^"]*)">([^<]*)/g)].find(
      (m) => readable(m[2]!) === label,
    )
    if (!found) throw new Error(`There is no button ${label}.`)
    return JSON.parse(readable(found[1]!)) as { run: string; given: Record<string, string> }
  }

  /** Where the page's links lead. */
  get links(): string[] {
    return [...this.page.matchAll(/<a [^>]*href="([^"]*)"/g)].map((m) => readable(m[1]!))
  }

  /** The ids of the messages shown, oldest first. */
  get messages(): string[] {
    return [...this.page.matchAll(/<article class="message[^"]*" id="m-([^"]+)"/g)].map((m) => m[1]!)
  }
}

const readable = (words: string): string =>
  words
    .replace(/&#(\d+);/g, (_, n: string) => String.fromCharCode(Number(n)))
    .replace(/&(amp|lt|gt|quot);/g, (_, n: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[n]!)
