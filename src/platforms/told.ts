/**
 * Calls whose end was told while it could not be written, because the database was away. They lie in memory and on the disk until they are
 * closed, by this process or the next: what was said to have changed nothing must not run after all.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Card } from '../kernel/card.ts'
import { days } from '../kernel/time.ts'
import type { Log } from '../log.ts'
import type { Sealer } from '../seal.ts'

/** A row of the inbox by its key, with what was said to whoever asked. Of a signal nobody was told anything. */
export type Told = {
  programId: string
  source: string
  externalId: string
  signal: boolean
  answer: Card
  /** Whom to tell if it was done after all; unknown where the call may not even have been heard. */
  personId?: string
}

/** With the moment at which it was told. */
type Page = Told & { at: string }

export type ToldCalls = {
  /** Keeps what was told. Takes a moment at most and never throws. */
  keep: (told: Told) => Promise<void>
  /** What is still to be closed, also that of processes before this one. */
  all: () => Promise<{ told: Told; at: Date; forget: () => Promise<void> }[]>
}

type World = { folder: string; sealer: Sealer; log: Log; clock: () => Date }

/** A disk that hangs must not hold up an answer. */
const PATIENCE_MS = 100
/** In a long outage hardly any of those told were heard; what waits must not pile up. */
const WAITING = 5_000
const UNFINISHED = '.new'

export function openTold({ folder, sealer, log, clock }: World): ToldCalls {
  const here = new Map<string, Page>()

  async function write(name: string, told: Page): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = join(folder, name)
    await writeFile(file + UNFINISHED, sealer.seal(JSON.stringify(told)), { mode: 0o600 })
    // Another process reads it whole or not at all.
    await rename(file + UNFINISHED, file)
  }

  /** Undefined when another process closed it meanwhile, or it is sealed with another key. */
  async function read(name: string): Promise<Page | undefined> {
    try {
      return JSON.parse(sealer.unseal(await readFile(join(folder, name))).toString('utf8')) as Page
    } catch {
      return undefined
    }
  }

  /** Cut short by a full disk or a sudden end, or sealed with a key that is gone: after a day nobody comes back for it. */
  async function sweep(name: string): Promise<void> {
    const file = join(folder, name)
    const there = await stat(file).catch(() => undefined)
    if (there && there.mtime <= days(clock(), -1)) await rm(file, { force: true }).catch(complain)
  }

  const complain = (err: unknown): void => log.warn({ err }, 'a file of what was told stays')

  return {
    async keep(told) {
      if (here.size >= WAITING) return
      const name = nameOf(told)
      const page = { ...told, at: clock().toISOString() }
      here.set(name, page)
      const written = write(name, page).catch((err: unknown) => log.warn({ err }, 'what was told could not be written down'))
      await Promise.race([written, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())])
    },
    async all() {
      const names = await readdir(folder).catch((): string[] => [])
      const found: Awaited<ReturnType<ToldCalls['all']>> = []
      for (const name of new Set([...here.keys(), ...names])) {
        const told = here.get(name) ?? (name.endsWith(UNFINISHED) ? undefined : await read(name))
        const forget = async () => {
          // Told anew while it was being closed, it is closed at the next look.
          if ((here.get(name) ?? told) !== told) return
          here.delete(name)
          await rm(join(folder, name), { force: true }).catch(complain)
        }
        if (told) found.push({ told, at: new Date(told.at), forget })
        else await sweep(name)
      }
      return found
    },
  }
}

const nameOf = ({ programId, source, externalId }: Told): string =>
  createHash('sha256').update(`${programId}\n${source}\n${externalId}`).digest('hex').slice(0, 32)
