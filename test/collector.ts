/** A collector of traces on this machine. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Value = { stringValue?: string; intValue?: number }
export type Told = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: { key: string; value: Value }[]
  status: { code: number; message?: string }
  events: unknown[]
}
type Taken = { resourceSpans: { resource: { attributes: Told['attributes'] }; scopeSpans: { spans: Told[] }[] }[] }

/** Takes traces as a collector does; says what it was told. */
export async function openCollector({ status = 200, words = '{}' } = {}) {
  const taken: { path: string | undefined; headers: Record<string, unknown>; body: Taken; text: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    taken.push({ path: request.url, headers: request.headers, body: JSON.parse(text) as Taken, text })
    response.writeHead(status, { 'content-type': 'application/json' }).end(words)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    spans: () => taken.flatMap(({ body }) => body.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans))),
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}

/** A span's attributes as they were noted. */
export const said = (span: Told): Record<string, string | number | undefined> =>
  Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))
