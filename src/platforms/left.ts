/**
 * Calls on the disk from before their acknowledgement until their answer was given: what a killed process leaves there, the next one
 * answers. Nothing is synced, for a process that dies loses no write; and no trouble with the disk keeps a call from being answered.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { days, minutes } from '../kernel/time.ts'
import type { Log } from '../log.ts'
import { startOf } from '../pid.ts'
import type { Sealer } from '../seal.ts'
import type { Call } from './platform.ts'

/** A call that no living process works on; `press` is a kept press that was yet to be looked up. */
export type Left = { call: Call; press?: string; at: Date; forget: () => Promise<void> }

export type LeftCalls = {
  /** Writes a call down and gives what takes it away again, once it was answered. Takes a moment at most and never throws. */
  keep: (call: Call, press?: string) => Promise<() => Promise<void>>
  /** What dead processes left at a door, oldest first. What is a day old is taken away instead. */
  at: (door: string) => Promise<Left[]>
}

type World = { folder: string; sealer: Sealer; log: Log; clock: () => Date }
type Page = { call: Call; press?: string; at: string; pid: number; start: string | null; run: string }

/** A disk that hangs must not hold up an acknowledgement, and what waits for it must not pile up. */
const PATIENCE_MS = 100
const WAITING = 500
const SWEEP_MINUTES = 60

export function openLeftCalls({ folder, sealer, log, clock }: World): LeftCalls {
  const run = randomBytes(6).toString('hex')
  let start: string | null | undefined
  let waiting = 0
  let swept: Date | undefined
  let told: Date | undefined

  async function write(file: string, page: Page): Promise<void> {
    const bytes = sealer.seal(JSON.stringify(page))
    await writeFile(file, bytes, { mode: 0o600 }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
      await writeFile(file, bytes, { mode: 0o600 })
    })
  }

  function complain(err: unknown): void {
    if (told && told > minutes(clock(), -1)) return
    told = clock()
    log.warn({ err, folder }, 'calls can not be written down; they are answered, but not after a sudden end of this process')
  }

  async function sweep(door: string): Promise<string[]> {
    const names = await readdir(join(folder, door)).catch(() => [])
    const before = days(clock(), -1)
    const kept: string[] = []
    for (const name of names) {
      const file = join(folder, door, name)
      const { mtime } = await stat(file).catch(() => ({ mtime: before }))
      if (mtime <= before) await rm(file, { force: true }).catch(complain)
      else kept.push(name)
    }
    return kept
  }

  async function read(file: string): Promise<Page | undefined> {
    try {
      return JSON.parse(sealer.unseal(await readFile(file)).toString('utf8')) as Page
    } catch {
      // Taken away meanwhile, cut short before its acknowledgement, or sealed with another key.
      return undefined
    }
  }

  const alive = ({ run: whose, pid, start: began }: Page): boolean =>
    whose === run || (pid !== process.pid && began !== null && startOf(pid) === began)

  return {
    async keep(call, press) {
      const now = clock()
      if (!swept || swept < minutes(now, -SWEEP_MINUTES)) {
        swept = now
        sweep(call.platform).catch(complain)
      }
      if (waiting >= WAITING) return async () => {}
      start ??= startOf(process.pid)
      const file = join(folder, call.platform, `${nameOf(call)}-${run}`)
      waiting++
      const page = { call, ...(press === undefined ? {} : { press }), at: now.toISOString(), pid: process.pid, start, run }
      const written = write(file, page)
        .catch(complain)
        .finally(() => waiting--)
      await Promise.race([written, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())])
      return () => written.then(() => rm(file, { force: true })).catch(complain)
    },
    async at(door) {
      const found: Left[] = []
      for (const name of await sweep(door)) {
        const file = join(folder, door, name)
        const page = await read(file)
        if (!page || alive(page)) continue
        const { call, press, at } = page
        const forget = () => rm(file, { force: true })
        found.push({ call, ...(press === undefined ? {} : { press }), at: new Date(at), forget })
      }
      return found.sort((a, b) => a.at.getTime() - b.at.getTime())
    },
  }
}

const nameOf = ({ workspace, eventId }: Call): string =>
  createHash('sha256').update(`${workspace}\n${eventId}`).digest('hex').slice(0, 32)
