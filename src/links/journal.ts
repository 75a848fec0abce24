// A click is kept before the shopper is sent on: its line is in the operating system's hands when `append` resolves, so `kill -9`
// loses none, and the database may be away. All clicks of one turn of the event loop share one write(2). `fsync` adds a group
// fdatasync against loss of power. When the disk refuses, lines wait in bounded memory and shoppers are still redirected.
import fs from 'node:fs'
import { join } from 'node:path'
import { type Click, toLine } from './click-line.ts'
import { adoptFiles, claimFolder, isMissing, leaveFolder, logFiles, logName, touchLock, writerOf } from './segments.ts'

/** A journal file and how far it may be read; `open` while lines are still being added. */
export type Segment = { instance: string; file: string; path: string; end: number; open: boolean }

export type JournalStats = {
  /** The disk refuses writes, or did not sync; clicks wait in memory. */
  degraded: boolean
  /** Clicks lost since the start because memory was full too. */
  dropped: number
  /** Bytes that wait in memory for the disk. */
  waitingBytes: number
  /** Clicks appended since the start. */
  appended: number
}

export type Journal = {
  /** Keeps a click, together with all others of this turn of the event loop, by one write(2). */
  append: (click: Click) => Promise<void>
  /** Keeps clicks now, by one write(2). Both resolve when the lines are with the operating system (with `fsync`: on the disk), and never reject. */
  appendAll: (clicks: readonly Click[]) => Promise<void>
  segments: () => Segment[]
  /** Takes the files of processes that are gone; gives how many. */
  adopt: () => number
  /** Removes a file that is shipped whole. */
  discard: (segment: Segment) => void
  stats: () => JournalStats
  /** Writes what waits and ends the open file. Later appends are dropped. */
  close: () => Promise<void>
  /** Gives the folder up, after the last shipping. */
  leave: () => void
}

/** The file calls a journal makes; a test may bring a disk that fails. */
export type Disk = Pick<typeof fs, 'openSync' | 'writeSync' | 'fdatasync' | 'fdatasyncSync' | 'fstatSync' | 'closeSync'>

export type JournalOptions = {
  /** The folder that holds one folder per instance. */
  root: string
  /** A name no other living process has. */
  instance: string
  now: () => Date
  fsync?: boolean
  maxBytes?: number
  maxAgeMs?: number
  /** What may wait in memory while the disk refuses. */
  waitingBytes?: number
  retryMs?: number
  disk?: Disk
  onTrouble?: (error: unknown) => void
}

type Batch = { done: Promise<void>; settle: () => void }

function batch(): Batch {
  let settle!: () => void
  const done = new Promise<void>((resolve) => {
    settle = resolve
  })
  return { done, settle }
}

/** Opens this process's journal and adopts what processes that are gone have left. Throws when the folder cannot be made or is taken. */
export function openJournal(options: JournalOptions): Journal {
  const { root, instance, now, fsync = false, disk = fs, onTrouble = () => {} } = options
  const { maxBytes = 16 * 2 ** 20, maxAgeMs = 3_600_000, waitingBytes: limit = 64 * 2 ** 20, retryMs = 250 } = options
  const folder = claimFolder(root, instance, now())
  adoptFiles(root, folder, now())

  let fd = -1
  let file = ''
  let size = 0
  let opened = 0
  let count = 0
  let lines = ''
  let linesCount = 0
  let open: Batch | null = null
  let waiting: { bytes: Buffer; clicks: number }[] = []
  let waitingBytes = 0
  let degraded = false
  let closed = false
  let syncing = false
  let unsynced: Batch[] = []
  const ended: number[] = []
  const totals = { appended: 0, dropped: 0 }

  function append(click: Click): Promise<void> {
    if (open === null) {
      open = batch()
      setImmediate(flush)
    }
    lines += toLine(click)
    linesCount++
    return open.done
  }

  function appendAll(clicks: readonly Click[]): Promise<void> {
    open ??= batch()
    const { done } = open
    for (const click of clicks) lines += toLine(click)
    linesCount += clicks.length
    flush()
    return done
  }

  function flush(): void {
    const turn = open
    if (turn === null) return
    const bytes = Buffer.from(lines)
    const clicks = linesCount
    open = null
    lines = ''
    linesCount = 0
    totals.appended += clicks
    const late = degraded || closed
    if (late) keep(bytes, clicks)
    else write(bytes, clicks)
    if (fsync && !late) {
      unsynced.push(turn)
      if (!syncing) sync()
    } else turn.settle()
  }

  /**
   * Writes all bytes, or keeps all of them in memory. A file that took only some of them is ended: its torn last line is skipped, and
   * whole lines that are written again are the same clicks by their ids.
   */
  function write(bytes: Buffer, clicks: number): boolean {
    let taken = 0
    try {
      if (fd < 0 || size >= maxBytes) rotate()
      while (taken < bytes.length) taken += disk.writeSync(fd, bytes, taken)
      size += bytes.length
      return true
    } catch (error) {
      trouble(error)
      keep(bytes, clicks)
      if (size + taken > 0) end()
      return false
    }
  }

  function keep(bytes: Buffer, clicks: number): void {
    if (closed || waitingBytes + bytes.length > limit) {
      totals.dropped += clicks
      return
    }
    waiting.push({ bytes, clicks })
    waitingBytes += bytes.length
  }

  function trouble(error: unknown): void {
    if (!degraded) onTrouble(error)
    degraded = true
  }

  /** One fdatasync at a time; those who come meanwhile share the next. */
  function sync(): void {
    const turns = unsynced
    unsynced = []
    syncing = true
    const done = (error: unknown) => {
      if (error) {
        trouble(error)
        end()
      }
      for (const turn of turns) turn.settle()
      syncing = false
      for (const old of ended.splice(0)) disk.closeSync(old)
      if (unsynced.length > 0) sync()
    }
    // A file that was rotated away meanwhile was synced when it ended.
    if (fd < 0) done(null)
    else disk.fdatasync(fd, done)
  }

  function rotate(): void {
    end()
    // Numbered by the clock, so that no name comes back after its file was shipped and removed.
    for (count = Math.max(count + 1, now().getTime()); ; count++) {
      file = logName(instance, count)
      try {
        fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
        fd = disk.openSync(join(folder, file), 'ax+', 0o600)
        break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
    size = 0
    opened = now().getTime()
    if (fsync) syncFolder(folder)
  }

  function end(): void {
    if (fd < 0) return
    const old = fd
    fd = -1
    try {
      if (fsync) disk.fdatasyncSync(old)
      // A number that is closed during its fdatasync could already belong to another file.
      if (syncing) ended.push(old)
      else disk.closeSync(old)
    } catch (error) {
      onTrouble(error)
    }
  }

  /** Tries the disk again with what waits. After a failure a new file is begun, for the old one may be what is broken. */
  function retry(): void {
    if (!degraded) return
    const batches = waiting
    waiting = []
    waitingBytes = 0
    degraded = false
    while (batches.length > 0) {
      const next = batches.shift()!
      if (write(next.bytes, next.clicks)) continue
      for (const rest of batches) keep(rest.bytes, rest.clicks)
      return
    }
  }

  /** Each second: a file that somebody deleted under us is written anew, an old one is ended so that it can be shipped and removed. */
  function tend(): void {
    try {
      touchLock(folder, now())
      if (fd < 0 || degraded) return
      if (disk.fstatSync(fd).nlink === 0) rescue()
      else if (size > 0 && now().getTime() - opened >= maxAgeMs) end()
    } catch (error) {
      if (!isMissing(error)) onTrouble(error)
    }
  }

  function rescue(): void {
    const bytes = Buffer.alloc(size)
    const read = fs.readSync(fd, bytes, 0, size, 0)
    onTrouble(new Error(`The click journal ${file} was deleted; its ${read} bytes are written anew.`))
    end()
    write(bytes.subarray(0, read), 0)
  }

  const timers = [setInterval(retry, retryMs), setInterval(tend, 1_000)]
  for (const timer of timers) timer.unref()

  return {
    append,
    appendAll,
    segments: () =>
      logFiles(folder).map((name) => {
        const path = join(folder, name)
        const current = fd >= 0 && name === file
        return { instance: writerOf(name), file: name, path, end: current ? size : fs.statSync(path).size, open: current }
      }),
    adopt: () => adoptFiles(root, folder, now()).length,
    discard: (segment) => fs.rmSync(segment.path, { force: true }),
    stats: () => ({ degraded, dropped: totals.dropped, waitingBytes, appended: totals.appended }),
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      flush()
      while (syncing) await new Promise((resolve) => setImmediate(resolve))
      retry()
      closed = true
      end()
    },
    leave: () => leaveFolder(folder),
  }
}

function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}
