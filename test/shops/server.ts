/** A small shop that listens on loopback, with the faults a real one has: replies that are lost, limits, and being down. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Asked = { method: string; path: string; query: URLSearchParams; headers: IncomingMessage['headers']; body: string }
/** `page` is said instead of the JSON, as a page in HTML. */
export type Answer = { status?: number; headers?: Record<string, string>; json?: unknown; page?: string }

/** What happens to the next requests that match, one after the other. */
export type Fault = { when: (asked: Asked) => boolean; gives: 'lose the reply' | 'hang up' | Answer }

export type LocalShop = {
  origin: string
  /** Everything that was asked, oldest first. */
  asked: Asked[]
  faults: Fault[]
  close: () => Promise<void>
}

export async function openShop(answer: (asked: Asked) => Answer): Promise<LocalShop> {
  const asked: Asked[] = []
  const faults: Fault[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', 'http://shop')
    const one: Asked = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    asked.push(one)
    const i = faults.findIndex((fault) => fault.when(one))
    const [fault] = i < 0 ? [] : faults.splice(i, 1)
    if (fault?.gives === 'hang up') return void request.socket.destroy()
    const said = typeof fault?.gives === 'object' ? fault.gives : answer(one)
    // It was done, and nobody hears of it.
    if (fault?.gives === 'lose the reply') return void request.socket.destroy()
    const type = said.page === undefined ? 'application/json' : 'text/html'
    response.writeHead(said.status ?? 200, { 'content-type': type, ...said.headers }).end(said.page ?? JSON.stringify(said.json))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    faults,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
