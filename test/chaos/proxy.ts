/** A TCP proxy with the eight classic toxics, between Troupe and whatever it talks to. */
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** `up` is what Troupe says, `down` what it hears. */
export type Direction = 'up' | 'down'

export type Toxic =
  /** Every piece comes so much later. */
  | { kind: 'latency'; ms: number; jitterMs?: number }
  | { kind: 'bandwidth'; bytesPerSecond: number }
  /** The end of a connection comes so much later. */
  | { kind: 'slow_close'; ms: number }
  /** Nothing passes; the connection is closed after so long, or never when it is 0. */
  | { kind: 'timeout'; ms: number }
  | { kind: 'reset_peer'; ms: number }
  /** Pieces of so many bytes. */
  | { kind: 'slicer'; bytes: number; everyMs: number }
  /** The connection is closed after so many bytes. */
  | { kind: 'limit_data'; bytes: number }
  /** Connections are cut, and none is taken. */
  | { kind: 'down' }

export type ToxicProxy = Awaited<ReturnType<typeof openProxy>>

type Pair = { near: Socket; far: Socket; poisoned: boolean; stranded: boolean }

/** Listens on a port of its own and passes everything on to `target`. */
export async function openProxy(target: { host: string; port: number }) {
  const pairs = new Set<Pair>()
  const toxics: Record<Direction, Toxic | undefined> = { up: undefined, down: undefined }
  const isDown = () => toxics.up?.kind === 'down' || toxics.down?.kind === 'down'

  const cut = (pair: Pair): void => {
    pairs.delete(pair)
    pair.near.destroy()
    pair.far.destroy()
  }

  const server: Server = createServer((near) => {
    if (isDown()) return void near.destroy()
    const pair: Pair = { near, far: createConnection(target), poisoned: false, stranded: false }
    pairs.add(pair)
    for (const socket of [pair.near, pair.far]) {
      socket.setNoDelay(true)
      socket.on('error', () => cut(pair))
    }
    pipe(pair, 'up')
    pipe(pair, 'down')
  })

  function pipe(pair: Pair, direction: Direction): void {
    const [from, to] = direction === 'up' ? [pair.near, pair.far] : [pair.far, pair.near]
    let passed = 0
    let line: Promise<unknown> = Promise.resolve()
    const next = (work: () => Promise<void>) => {
      line = line.then(work).catch(() => cut(pair))
    }
    from.on('data', (bytes: Buffer) => next(() => pass(bytes)))
    from.on('end', () => next(() => finish()))
    from.on('close', () => next(async () => void to.end()))

    async function pass(bytes: Buffer): Promise<void> {
      if (pair.stranded) return
      const toxic = toxics[direction]
      switch (toxic?.kind) {
        case undefined:
        case 'slow_close':
          break
        case 'latency':
          await pause(toxic.ms + (toxic.jitterMs ?? 0) * Math.random())
          break
        case 'bandwidth':
          return inPieces(bytes, Math.max(1, Math.floor(toxic.bytesPerSecond / 20)), 50)
        case 'slicer':
          return inPieces(bytes, toxic.bytes, toxic.everyMs)
        case 'timeout':
          pair.poisoned = true
          if (toxic.ms > 0) await pause(toxic.ms).then(() => cut(pair))
          return
        case 'reset_peer':
          await pause(toxic.ms)
          pair.near.resetAndDestroy()
          pair.far.resetAndDestroy()
          return
        case 'limit_data': {
          const rest = bytes.subarray(0, Math.max(0, toxic.bytes - passed))
          passed += bytes.length
          if (rest.length > 0) to.write(rest)
          if (passed >= toxic.bytes) setImmediate(cut, pair)
          return
        }
        case 'down':
          return cut(pair)
      }
      to.write(bytes)
    }

    async function inPieces(bytes: Buffer, size: number, everyMs: number): Promise<void> {
      for (let at = 0; at < bytes.length && !to.destroyed; at += size) {
        // Once the toxic is taken away the rest goes at once.
        const still = toxics[direction] !== undefined
        to.write(bytes.subarray(at, still ? at + size : undefined))
        if (!still) return
        await pause(everyMs)
      }
    }

    async function finish(): Promise<void> {
      const toxic = toxics[direction]
      if (toxic?.kind === 'slow_close') await pause(toxic.ms)
      to.end()
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    /** The same address by way of the proxy. */
    through(address: string): string {
      const url = new URL(address)
      url.hostname = '127.0.0.1'
      url.port = String(port)
      return url.href
    },
    poison(direction: Direction, toxic: Toxic): void {
      toxics[direction] = toxic
      if (toxic.kind === 'down') for (const pair of pairs) cut(pair)
    },
    /** New connections lead to another port. */
    lead(port: number): void {
      target.port = port
    },
    /** What is connected now hears nothing any more, for good; new connections pass. */
    strand(): void {
      for (const pair of pairs) pair.stranded = true
    },
    /** All is well again. What a connection lost can not be given back, so those that lost something end. */
    cure(): void {
      toxics.up = undefined
      toxics.down = undefined
      for (const pair of pairs) if (pair.poisoned) cut(pair)
    },
    async close(): Promise<void> {
      for (const pair of pairs) cut(pair)
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One of each, strong enough to be felt and short enough to wait for. */
export const toxics: Toxic[] = [
  { kind: 'latency', ms: 300, jitterMs: 300 },
  { kind: 'bandwidth', bytesPerSecond: 4_000 },
  { kind: 'slow_close', ms: 1_000 },
  { kind: 'timeout', ms: 0 },
  { kind: 'reset_peer', ms: 20 },
  { kind: 'slicer', bytes: 16, everyMs: 1 },
  { kind: 'limit_data', bytes: 60 },
  { kind: 'down' },
]

export const directions: Direction[] = ['up', 'down']
