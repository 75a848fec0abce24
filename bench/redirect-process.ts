// The server side of redirect.ts, in its own process: `bare` answers a fixed 302, `uncaptured` is our redirect with a
// journal that keeps nothing, `journal` and `fsync` are the real thing. Answers 'cpu' with its processor time so far, in µs.
import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { trustIn } from '../src/http/proxies.ts'
import { redirect } from '../src/http/redirect.ts'
import { pooled } from '../src/links/click-id.ts'
import { openJournal } from '../src/links/journal.ts'
import { createSlugTable, type LinkRow } from '../src/links/slugs.ts'

const [mode, root = '', links = '100000'] = process.argv.slice(2)

// The same headers and an address of the same length, with an id that the load notes as well: the difference is the look-up, the click id
// and the kept click, not the wording and not the load.
const answer = {
  Location: `https://www.shop.example/p/12345?ref=bio&cid=clk_${'0'.repeat(26)}.${'0'.repeat(16)}`,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Content-Length': 0,
}
const bare: RequestListener = (_req, res) => {
  res.writeHead(302, answer)
  res.end()
}

async function listener(): Promise<RequestListener> {
  if (mode === 'bare') return bare
  const now = () => new Date(performance.timeOrigin + performance.now())
  const page = async (after: string, limit: number): Promise<LinkRow[]> => {
    const first = after === '' ? 0 : Number(after.slice(8)) + 1
    return Array.from({ length: Math.max(0, Math.min(limit, Number(links) - first)) }, (_, i) => {
      const n = first + i
      return {
        slug: `creator-${n}`,
        id: `lnk_01J${String(n).padStart(23, '0')}`,
        programId: 'prg_01JBENCH00000000000000000A',
        creatorId: 'crt_01JBENCH00000000000000000A',
        destination: `https://www.shop.example/p/${n}?ref=bio`,
      }
    })
  }
  const slugs = createSlugTable({
    source: { page, find: async () => null, calendars: async () => [], listen: async () => async () => {} },
    now,
  })
  await slugs.start()
  const append =
    mode === 'uncaptured'
      ? () => Promise.resolve()
      : openJournal({ root, instance: `bench-${process.pid}`, now, fsync: mode === 'fsync' }).appendAll
  const { front } = redirect({ slugs, append, now, random: pooled(randomBytes), key: Buffer.alloc(32, 7), trust: trustIn(1) })
  return (req, res) => {
    if (!front(req, res)) res.writeHead(404).end()
  }
}

const server = createServer({ keepAliveTimeout: 60_000 }, await listener())
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!(user + system)
})
process.on('disconnect', () => process.exit(0))
