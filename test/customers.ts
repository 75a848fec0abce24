/** A customer at the public page, in a browser without scripts. */
import type { FastifyInstance } from 'fastify'
import { tokenHash } from '../src/shares/queries.ts'
import { Browser, type Shown, words } from './browser.ts'
import type { World } from './world.ts'

export type File = { name: string; bytes: Buffer; type?: string }

let address = 1

class Customer extends Browser {
  readonly at = `203.0.113.${address++}`
  private readonly path: string
  constructor(server: FastifyInstance, programId: string) {
    super(server)
    this.path = `/share/${programId}`
  }
  override send(request: Parameters<Browser['send']>[0]): Promise<Shown> {
    return super.send({ ...request, remoteAddress: this.at })
  }
  open = (): Promise<Shown> => this.get(this.path)

  /** Sends the form that is open, with all that has to be ticked. */
  share(fields: Record<string, string>, file?: File, headers: Record<string, string> = {}): Promise<Shown> {
    const all = { ...this.button('Send'), name: 'Kim', rights: 'yes', adult: 'yes', ...fields }
    const boundary = 'xxCustomerxx'
    const part = (head: string, body: Buffer | string) =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(body),
        Buffer.from('\r\n'),
      ])
    const named = file ?? { name: '', bytes: Buffer.alloc(0) }
    const payload = Buffer.concat([
      part(`name="file"; filename="${named.name}"\r\nContent-Type: ${named.type ?? 'application/octet-stream'}`, named.bytes),
      ...Object.entries(all).map(([name, value]) => part(`name="${name}"`, value)),
      Buffer.from(`--${boundary}--\r\n`),
    ])
    const type = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'sec-fetch-site': 'same-origin' }
    return this.send({ method: 'POST', url: this.path, headers: { ...type, ...headers }, payload })
  }

  /** Presses a button of their own page. */
  push(label: string): Promise<Shown> {
    const fields = this.button(label)
    const form = [...this.page.html.matchAll(/<form[\s\S]*?<\/form>/g)].find(([one]) => one.includes(`>${label}<`))![0]
    return this.post(/action="([^"]+)"/.exec(form)![1]!, fields)
  }
  get words(): string {
    return words(this.page.html)
  }
}

/** Opens the page for customers, with a thank-you code if one is named. */
export const openShare = (w: World, thanks: { code?: string; percent?: number } = {}): Promise<unknown> =>
  w.within(async (ctx) =>
    ctx.db.program.update({
      where: { id: w.programId },
      data: { policy: { ...(ctx.program.policy as object), share: { on: true, ...thanks } } },
    }),
  )

export const customer = async (w: World): Promise<Customer> => {
  const one = new Customer((await w.serve()).server, w.programId)
  await one.open()
  return one
}

/** An entry sent through the page; gives its row. */
export async function shared(w: World, fields: Record<string, string>, file?: File) {
  const kim = await customer(w)
  await kim.share(fields, file)
  const token = kim.page.url.split('/').at(-1)!
  const row = await w.within((ctx) => ctx.db.share.findFirstOrThrow({ where: { tokenHash: tokenHash(token) } }))
  return { kim, row, mine: kim.page.url }
}
