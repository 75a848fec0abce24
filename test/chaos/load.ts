/** Webhooks and clicks without a pause, over real connections, and what was answered. */
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { expect } from 'vitest'
import { secretOf, type World } from '../world.ts'

export type Load = Awaited<ReturnType<typeof underLoad>>

/** The status, or 0 where the connection broke. Says how long it took. */
function ask(port: number, path: string, headers: Record<string, string> = {}, body?: string) {
  const began = performance.now()
  return new Promise<{ status: number; ms: number; headers: Record<string, unknown> }>((resolve) => {
    const asked = request({ port, host: '127.0.0.1', path, method: body === undefined ? 'GET' : 'POST', headers, agent: false })
    asked.on('response', (res) => {
      res.resume()
      res.on('close', () => resolve({ status: res.statusCode!, ms: performance.now() - began, headers: res.headers }))
    })
    asked.on('error', () => resolve({ status: 0, ms: performance.now() - began, headers: {} }))
    asked.end(body)
  })
}

const phone = { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/605' }

/** Starts both; `end` stops and gives every answer, and checks that each accepted delivery and each click is kept once. */
export async function underLoad(w: World, { hooks = 4, clicks = 4 } = {}) {
  const { server, clicks: kept } = await w.serve()
  if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as { port: number }
  const secret = await secretOf(w.app, w.programId, 'generic')
  const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow())
  const hookStatus: Record<number, number> = {}
  const clickStatus: Record<number, number> = {}
  const accepted: string[] = []
  const slowest = { hook: 0, click: 0 }
  const times: number[] = []
  let going = true
  let count = 0

  async function hook(): Promise<void> {
    const id = `msg_${process.pid}_${performance.now().toString(36)}_${count++}`
    const data = { id, number: `#${count}`, at: w.now.toISOString(), currency: 'EUR', total: '10.00', codes: [], items: [] }
    const body = JSON.stringify({ type: 'order.created', data })
    const signed = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(w.now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, w.now, body),
    }
    const path = `/hooks/generic/${w.programId}`
    const { status, ms } = await ask(port, path, { 'content-type': 'application/json', ...signed }, body)
    hookStatus[status] = (hookStatus[status] ?? 0) + 1
    slowest.hook = Math.max(slowest.hook, ms)
    if (status >= 200 && status < 300) accepted.push(id)
  }
  async function click(): Promise<void> {
    const { status, ms } = await ask(port, `/${slug}`, phone)
    clickStatus[status] = (clickStatus[status] ?? 0) + 1
    slowest.click = Math.max(slowest.click, ms)
    times.push(ms)
  }
  const loop = async (work: () => Promise<void>) => {
    while (going) {
      await work()
      await pause(5)
    }
  }
  const before = await w.app.database.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM "Click"')
  const loops = [...Array.from({ length: hooks }, () => loop(hook)), ...Array.from({ length: clicks }, () => loop(click))]
  return {
    port,
    slug,
    hookStatus,
    clickStatus,
    slowest,
    p99: () => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0,
    async end() {
      going = false
      await Promise.all(loops)
    },
    /** Once the database is there again. */
    async exact() {
      const heard = await w.within((ctx) => ctx.db.inbox.findMany({ where: { source: 'generic' }, select: { externalId: true } }))
      const ids = new Set(heard.map((row) => row.externalId))
      expect(accepted.filter((id) => !ids.has(id))).toEqual([])
      expect(heard.length).toBe(ids.size)
      const want = (clickStatus[302] ?? 0) + before.rows[0]!.n
      await expect
        .poll(
          async () => {
            await kept.shipper.shipAll().catch(() => {})
            return (await w.app.database.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM "Click"')).rows[0]!.n
          },
          { timeout: 20_000 },
        )
        .toBe(want)
    },
  }
}
