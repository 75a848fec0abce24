/**
 * Material that managers made in the chat: a block for a mail, or a zip for ads, and the list of all orders of a period. What it may
 * hold is judged when it is opened.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import type { Context } from '../context.ts'
import { ordersFile, periodOfFile } from '../insight/orders-file.ts'
import { windowOf } from '../insight/rules.ts'
import { isId } from '../kernel/id.ts'
import { writePass } from '../people/login.ts'
import { atLeast } from '../people/service.ts'
import { type Sheet, sheetOf } from '../reuse/ads.ts'
import { addressesOf, noteOf } from '../reuse/feeds.ts'
import { mailBlock } from '../reuse/mail-block.ts'
import { piecesOf, shownNow } from '../reuse/queries.ts'
import type { Mount } from './server.ts'
import { sendStranger, visitorOf } from './session.ts'
import { type Zipped, zipOf } from './zip.ts'

type Params = { Params: { set: string } }
type Made = { name: string; block: string } | { name: string; sheet: Sheet } | { name: string; list: Readable }

export const exports =
  (app: App): Mount =>
  async (server: FastifyInstance) => {
    server.get<Params>('/exports/:set', async (request, reply) => {
      const visitor = await visitorOf(app, request)
      if (!visitor) return sendStranger(app, request, reply)
      const { set } = request.params
      const made = atLeast(visitor.role, 'manager') ? await madeFor(app, visitor.program.id, set) : undefined
      if (!made) return reply.callNotFound()
      reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
      reply.header('content-disposition', `attachment; filename="${made.name}"`)
      reply.header('content-security-policy', "default-src 'none'; sandbox")
      if ('list' in made) return reply.type('text/csv; charset=utf-8').send(made.list)
      if ('block' in made) return reply.type('text/html; charset=utf-8').send(made.block)
      return reply.type('application/zip').send(zipOf(app, zipped(made.sheet)))
    })
  }

async function madeFor(app: App, programId: string, set: string): Promise<Made | undefined> {
  const within = <T>(work: (ctx: Context) => Promise<T>): Promise<T> => app.within(programId, work)
  const period = periodOfFile(set)
  if (period === undefined) return isId('gallery', set) ? within((ctx) => make(ctx, set)) : undefined
  const { program, range } = await within(async (ctx) => ({
    program: ctx.program,
    range: windowOf(period, ctx.now, ctx.program.zone),
  }))
  return { name: `${set}.csv`, list: Readable.from(ordersFile(app.database.pool, program, range)) }
}

async function make(ctx: Context, setId: string): Promise<Made | undefined> {
  const set = await ctx.db.gallery.findFirst({ where: { id: setId, programId: ctx.program.id } })
  const name =
    set?.name
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'content'
  if (set?.channel === 'paid_ads') return { name: `ads-${name}.zip`, sheet: await sheetOf(ctx, set) }
  if (set?.channel !== 'email') return undefined
  const addresses = addressesOf(writePass(set), ctx.url)
  const shown = shownNow(await piecesOf(ctx.db, ctx.now, set), set, ctx.url)
  return { name: `mail-${name}.html`, block: mailBlock(shown, noteOf(set, ctx.program.name), addresses.picture) }
}

const zipped = ({ materials, csv, captions, pdf }: Sheet): Zipped => ({
  files: [
    { name: 'rights.csv', bytes: csv },
    { name: 'rights.pdf', bytes: pdf },
    { name: 'captions.csv', bytes: captions },
  ],
  media: materials,
})
