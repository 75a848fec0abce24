/** Tells open pages of the dashboard that the numbers behind them moved; a page then reads itself again. */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { costAccounts } from '../insight/counted.ts'
import { pagesFor } from './dashboard-page.ts'
import type { Mount } from './server.ts'
import { type Visitor, visitorOf } from './session.ts'

const LOOK_MS = 3_000
const BEAT_MS = 25_000

type Page = { tell: (mark: string) => void; ask: () => Promise<boolean> }

const stream = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
}

/** Also where no number moves, a page that was signed out is closed. */
const beatOf = (page: Page, raw: ServerResponse): Promise<void> =>
  page.ask().then(
    (open) => void (open && raw.write(': beat\n\n')),
    // Who they are could not be looked at now; the next beat asks again.
    () => {},
  )

/** `everyMs` is how often the numbers are looked at while somebody has a page open; all pages of a program share one look. */
export const numbers =
  (app: App, everyMs = LOOK_MS): Mount =>
  async (server: FastifyInstance) => {
    const open = new Map<string, Set<Page>>()
    const marks = new Map<string, string>()
    let looking = false

    const look = async () => {
      if (looking) return
      looking = true
      try {
        for (const [programId, pages] of open) {
          const mark = await markOf(app, programId)
          if (marks.get(programId) === mark) continue
          marks.set(programId, mark)
          for (const page of pages) if (await page.ask()) page.tell(mark)
        }
      } catch (err) {
        app.log.warn({ err }, 'open pages could not be told of new numbers')
      } finally {
        looking = false
      }
    }
    const clock = setInterval(() => void look(), everyMs)
    clock.unref()
    const closing = new Set<() => void>()
    server.addHook('preClose', async () => {
      clearInterval(clock)
      for (const close of closing) close()
    })

    server.get('/dashboard/events', { config: { rateLimit: false } }, async (request, reply) => {
      const visitor = await visitorOf(app, request)
      if (!visitor) return reply.code(401).send({ error: 'Sign in first.' })
      if (!hears(visitor)) return reply.code(403).send({ error: 'The numbers of the program are for its managers.' })
      const { id } = visitor.program
      if (!marks.has(id)) marks.set(id, await markOf(app, id))
      const { raw } = reply.hijack()
      raw.writeHead(200, stream)
      const beat = setInterval(() => void beatOf(page, raw), BEAT_MS)
      beat.unref()
      const page: Page = {
        tell: (mark) => raw.write(`event: numbers\ndata: ${JSON.stringify({ mark })}\n\n`),
        // Whoever was signed out meanwhile, or manages no more, hears nothing more.
        ask: async () => {
          const now = await visitorOf(app, request)
          if (now && hears(now)) return true
          close()
          return false
        },
      }
      const close = () => {
        if (!closing.delete(close)) return
        clearInterval(beat)
        const pages = open.get(id)
        pages?.delete(page)
        if (pages?.size === 0) {
          open.delete(id)
          marks.delete(id)
        }
        raw.end()
      }
      closing.add(close)
      open.set(id, (open.get(id) ?? new Set()).add(page))
      request.raw.once('close', close)
      // Whoever went away while we looked who they are says so no second time.
      if (raw.destroyed) close()
      else raw.write('retry: 2000\n\n')
    })
  }

/** When something was sold or decided is for those who have a page that shows it. */
const hears = (visitor: Visitor): boolean => pagesFor(visitor).some(({ live }) => live)

/**
 * Changes whenever a figure may have: the newest of each kind, each read from the end of an index. An order that is heard late is not the
 * newest, and what it earns is.
 */
async function markOf(app: App, programId: string): Promise<string> {
  const rows = await app.database.within(
    programId,
    (db) => db.$queryRaw<{ mark: string | null }[]>`
      SELECT concat_ws(' ',
        (SELECT max(at) FROM "Click" WHERE "programId" = ${programId}), (SELECT max(at) FROM "Line" WHERE "programId" = ${programId}),
        (SELECT max(booked.at) FROM unnest(${costAccounts}::text[]) AS account, LATERAL (
          SELECT max(at) AS at FROM "Transfer" WHERE "programId" = ${programId} AND "from" = account) booked),
        (SELECT max("appliedAt") FROM "Refund" WHERE "programId" = ${programId}),
        (SELECT max("decidedAt") FROM "Submission" WHERE "programId" = ${programId}),
        (SELECT max("decidedAt") FROM "Creator" WHERE "programId" = ${programId})) AS mark`,
  )
  return rows[0]?.mark ?? ''
}
