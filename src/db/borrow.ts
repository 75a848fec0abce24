/** The database for a command beside or instead of a running Troupe. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { startEmbedded } from './embedded.ts'
import { acquireFolder, handBack } from './folder.ts'
import { refuseMoved } from './moved.ts'
import { runningDatabase } from './running.ts'

export type Borrowed = { url: string; stop: () => Promise<void> }

type Place = Pick<Config, 'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'DATA_DIR'>

/**
 * The configured one, without a pooler in front; else the embedded one that runs in this folder, else one started for this. One that
 * was moved elsewhere is refused: what is done to it is done to nobody's.
 */
export async function borrowDatabase(config: Place): Promise<Borrowed> {
  refuseNone(config)
  try {
    return await holdDatabase(config)
  } catch (error) {
    const url = error instanceof Refusal ? runningDatabase(config.DATA_DIR) : undefined
    if (url === undefined) throw error
    return { url, stop: async () => handBack(config.DATA_DIR) }
  }
}

/** The same, for nobody else: refused while Troupe runs in this folder. A configured database can't be held; who needs it alone asks it. */
export async function holdDatabase(config: Place): Promise<Borrowed> {
  const given = givenIn(config)
  const { DATA_DIR } = config
  if (given !== undefined) return { url: given, stop: async () => handBack(DATA_DIR) }
  refuseMoved(DATA_DIR)
  const release = acquireFolder(DATA_DIR)
  try {
    const own = await startEmbedded({ dir: DATA_DIR })
    const end = () => {
      release()
      handBack(DATA_DIR)
    }
    return { url: own.url, stop: () => own.stop().finally(end) }
  } catch (error) {
    release()
    throw error
  }
}

/** Refusal where no Troupe ever had its own database: an empty one would be made for this, and pass for the one in use. */
export function refuseNone(config: Place): void {
  const { DATA_DIR } = config
  if (givenIn(config) !== undefined) return
  refuseMoved(DATA_DIR)
  if (existsSync(join(DATA_DIR, 'postgres'))) return
  throw new Refusal('not_found', `There is no database in ${DATA_DIR}.`, nearby)
}

/** What a service sets for itself alone, a command beside it does not know. */
export const nearby = 'Set DATA_DIR or DATABASE_URL, in .env or for this command, to what Troupe runs with.'

const givenIn = ({ DATABASE_URL, DATABASE_DIRECT_URL }: Place): string | undefined => DATABASE_DIRECT_URL ?? DATABASE_URL
