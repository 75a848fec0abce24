/** What stories have in common: the core over a real database, emptied for each of them, with its time and its chance from whoever lives in it. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { createSealer } from '../../src/seal.ts'
import { emptyDatabase } from '../database.ts'
import { type Dice, diceOf } from './dice.ts'

export type Building = {
  base: App
  url: string
  /** The story that is told now has it to itself, with nothing in it. */
  moveIn: (time: { ms: number }, chance: Dice) => Promise<void>
  close: () => Promise<void>
}

/** Connections, compiled queries and warm caches stay from story to story; a third of a small story's time was spent on these. */
export async function openBuilding(): Promise<Building> {
  const database = await emptyDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'troupe-simulation-'))
  let story = { time: { ms: 0 }, chance: diceOf('nobody') }
  const base = await createApp({
    config: Object.freeze({ ...readConfig(environmentOf(database.url)), DATA_DIR: folder }),
    log: createLog('silent'),
    databaseUrl: database.url,
    sealer: createSealer(createHash('sha256').update('simulation').digest()),
    clock: () => new Date(story.time.ms),
    random: (count) => story.chance.bytes(count),
  })
  let used = false
  return {
    base,
    url: database.url,
    async moveIn(time, chance) {
      if (used) await base.database.owner.query(EMPTY)
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
      used = true
      story = { time, chance }
    },
    async close() {
      await base.close()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const environmentOf = (url: string): Record<string, string> => ({
  NODE_ENV: 'test',
  DATABASE_URL: url,
  PUBLIC_URL: 'https://go.glow.example',
  LOG_LEVEL: 'error',
})

/**
 * Only what holds rows, cut off rather than deleted: rows that are dead leave room in between, and where a query names no order, the
 * next story would find its rows in another one.
 */
const EMPTY = `
  SET session_replication_role = replica;
  DO $$ DECLARE name text; filled boolean; names text[] := '{}'; BEGIN
    FOR name IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
    LOOP
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
      IF filled THEN names := names || quote_ident(name); END IF;
    END LOOP;
    IF names <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(names, ', ') || ' CASCADE'; END IF;
  END $$;
  RESET session_replication_role`
