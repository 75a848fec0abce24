// Carries journal files into the database, each line once: the rows and the offset they end at are committed together. A database
// that is away is asked again with growing pauses; what it refuses (and not merely cannot take now) is set aside in
// `refused.log` beside the folders.
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { type Click, fromLine } from './click-line.ts'
import type { Journal, Segment } from './journal.ts'
import { isMissing } from './segments.ts'

/** Where lines `from`-`to` (bytes) of a journal file end up. */
export type Shipment = { instance: string; file: string; from: number; to: number; clicks: Click[] }

export type ClickSink = {
  /** The offset up to which a file is stored; 0 when nothing is. */
  offset: (instance: string, file: string) => Promise<number>
  /** Stores the clicks and the offset in one transaction; false when the stored offset was not `from`. */
  store: (shipment: Shipment) => Promise<boolean>
  /** Forgets the offset of a file that is about to be removed. */
  forget: (instance: string, file: string) => Promise<void>
  /** True when the same clicks would be refused again, however often they are tried. */
  refuses: (error: unknown) => boolean
}

export type ShipperStats = {
  /** Bytes in journal files that are not in the database yet. */
  pendingBytes: number
  /** Age of the oldest click that is not in the database, in ms; 0 when all are. */
  lagMs: number
  /** Lines skipped: torn by a crash, or refused by the database. */
  torn: number
  refused: number
  shipped: number
  /** Tries that failed since one succeeded. */
  failures: number
}

export type Shipper = {
  start: () => void
  /** Ships what the journal holds now, for at most `limitMs`; true when all of it is stored. Throws when the database fails. */
  shipAll: (limitMs?: number) => Promise<boolean>
  stats: () => ShipperStats
  /** For SIGTERM: ends the journal, ships what is left (within `limitMs`), gives the folder up. True when nothing is left. */
  drain: (limitMs?: number) => Promise<boolean>
}

export type ShipperOptions = {
  journal: Journal
  sink: ClickSink
  now: () => Date
  /** Rows in one transaction. */
  rows?: number
  /** Pause when there was nothing to ship. While clicks come it is a tenth, so that batches are small and answers beside them quick. */
  pauseMs?: number
  /** Longest pause after failures. */
  maxPauseMs?: number
  onTrouble?: (error: unknown) => void
}

const CHUNK = 2 ** 19
const ADOPT_MS = 60_000

/** Reads whole lines of a file from an offset, at most `rows` of them and as fit into `bytes`. `to` is where the last one ends. */
function readLines(bytes: Buffer, path: string, from: number, end: number, rows: number): { lines: string[]; to: number } {
  const fd = fs.openSync(path, 'r')
  try {
    const read = fs.readSync(fd, bytes, 0, Math.min(bytes.length, end - from), from)
    const lines: string[] = []
    let at = 0
    while (lines.length < rows) {
      const newline = bytes.subarray(0, read).indexOf(10, at)
      if (newline < 0) break
      lines.push(bytes.toString('utf8', at, newline))
      at = newline + 1
    }
    return { lines, to: from + at }
  } finally {
    fs.closeSync(fd)
  }
}

/** The in-process loop that ships one journal. */
export function createShipper({ journal, sink, now, ...options }: ShipperOptions): Shipper {
  const { rows = 1000, pauseMs = 200, maxPauseMs = 2_000, onTrouble = () => {} } = options
  const offsets = new Map<string, number>()
  // One for all batches: dozens of them a second would each leave theirs behind until it is collected.
  const room = Buffer.allocUnsafeSlow(CHUNK)
  const counts = { torn: 0, refused: 0, shipped: 0, failures: 0 }
  let oldest: number | null = null
  let waitingSince: number | null = null
  let waiting = 0
  let shippedBefore = 0
  let running: Promise<void> | null = null
  let stopping = false
  let wake = () => {}

  /** Ships one batch of a file. True when there may be more. */
  async function shipSome(segment: Segment): Promise<boolean> {
    const { instance, file, path } = segment
    const from = offsets.get(path) ?? (await sink.offset(instance, file))
    offsets.set(path, from)
    if (from >= segment.end) return finish(segment, from)
    const { lines, to } = readLines(room, path, from, segment.end, rows)
    if (lines.length === 0) return finish(segment, from)
    const clicks = lines.map(fromLine).filter((click) => click !== null)
    oldest = clicks[0]?.at ?? oldest
    await store({ instance, file, from, to, clicks }, path)
    counts.torn += lines.length - clicks.length
    offsets.set(path, to)
    // An open file that is read to its end has no more for now: its next lines then go together, and not each by itself.
    return to < segment.end || !segment.open
  }

  async function store(shipment: Shipment, path: string): Promise<void> {
    try {
      await storeAt(shipment, path)
      counts.shipped += shipment.clicks.length
    } catch (error) {
      if (!sink.refuses(error)) throw error
      await storeSingly(shipment, path)
    }
  }

  async function storeAt(shipment: Shipment, path: string): Promise<void> {
    if (await sink.store(shipment)) return
    // Somebody else moved the offset, or our last commit went through although its answer was lost.
    offsets.delete(path)
    throw new Error(`The stored offset of ${shipment.file} is not ${shipment.from}; reading it again.`)
  }

  /** Finds the rows that the database refuses, sets them aside, stores the rest, and only then moves the offset. */
  async function storeSingly(shipment: Shipment, path: string): Promise<void> {
    for (const click of shipment.clicks) {
      try {
        await storeAt({ ...shipment, to: shipment.from, clicks: [click] }, path)
        counts.shipped++
      } catch (error) {
        if (!sink.refuses(error)) throw error
        onTrouble(error)
        fs.appendFileSync(join(dirname(path), '..', 'refused.log'), `${JSON.stringify(click)}\n`, { mode: 0o600 })
        counts.refused++
      }
    }
    await storeAt({ ...shipment, clicks: [] }, path)
  }

  /** A file nobody writes to any more is removed once it is stored; bytes after its last line break are a torn line. */
  async function finish(segment: Segment, from: number): Promise<boolean> {
    if (segment.open) return false
    if (from < segment.end) counts.torn++
    // The offset goes first: a crash in between ships the file again, which its ids make harmless.
    await sink.forget(segment.instance, segment.file)
    journal.discard(segment)
    offsets.delete(segment.path)
    return false
  }

  let turn: Promise<unknown> = Promise.resolve()

  /** One batch of every file, after the one under way: two at once would take each other's offset for somebody else's. */
  function round(): Promise<boolean> {
    const mine = turn.then(shipEach)
    turn = mine.catch(() => {})
    return mine
  }

  /** True when there may be more. */
  async function shipEach(): Promise<boolean> {
    let more = false
    for (const segment of journal.segments()) {
      try {
        more = (await shipSome(segment)) || more
      } catch (error) {
        if (!isMissing(error)) throw error
        offsets.delete(segment.path)
      }
    }
    if (!more) oldest = null
    counts.failures = 0
    return more
  }

  async function shipAll(limitMs = 10_000): Promise<boolean> {
    const start = performance.now()
    while (await round()) if (performance.now() - start > limitMs) return false
    return true
  }

  async function loop(): Promise<void> {
    let adopted = performance.now()
    while (!stopping) {
      let pause = pauseMs
      try {
        if (performance.now() - adopted > ADOPT_MS) {
          adopted = performance.now()
          journal.adopt()
        }
        const before = counts.shipped
        if (await round()) pause = 0
        else if (counts.shipped > before) pause /= 10
      } catch (error) {
        if (counts.failures++ === 0) onTrouble(error)
        pause = Math.min(maxPauseMs, pauseMs * 2 ** Math.min(counts.failures, 10))
      }
      if (pause > 0) await rest(pause)
    }
  }

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (stopping) wake()
    })
  }

  function pendingBytes(): number {
    return journal.segments().reduce((sum, segment) => sum + Math.max(0, segment.end - (offsets.get(segment.path) ?? 0)), 0)
  }

  return {
    start: () => {
      running ??= loop()
    },
    shipAll,
    stats: () => {
      const pending = pendingBytes()
      const at = now().getTime()
      // A loop that hangs reads nothing, so that it would not know how old the clicks are that wait for it.
      waitingSince = pending === 0 || pending < waiting || counts.shipped !== shippedBefore ? null : (waitingSince ?? at)
      waiting = pending
      shippedBefore = counts.shipped
      const since = Math.min(oldest ?? at, waitingSince ?? at)
      return { ...counts, pendingBytes: pending, lagMs: pending === 0 ? 0 : Math.max(0, at - since) }
    },
    drain: async (limitMs = 8_000) => {
      stopping = true
      wake()
      await journal.close()
      let done = false
      try {
        const late = new Promise((_, reject) =>
          setTimeout(reject, limitMs, new Error('The database did not answer in time.')).unref(),
        )
        await Promise.race([running, late])
        done = await Promise.race([shipAll(limitMs), late.then(() => false)])
      } catch (error) {
        onTrouble(error)
      }
      journal.leave()
      return done
    },
  }
}
