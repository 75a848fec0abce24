import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'

/** What a test stands on beside the database: a Redis by URL, a Chromium by path. Null where this machine has none. */
export function needs(what: 'redis' | 'chromium'): string | null {
  return what === 'redis' ? inject('redisUrl') : inject('chromium')
}

/** A migrated, empty database of the test's own, and the way to be rid of it. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(8).toString('hex')}`
  // Someone may just be copying the template too, or looking at it: 55006 (in use) passes.
  for (let tries = 1; ; tries++) {
    try {
      await asOwner(`CREATE DATABASE ${name} TEMPLATE troupe_template STRATEGY FILE_COPY`)
      break
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || tries === 100) throw error
      await pause(20 + 10 * Math.random())
    }
  }
  const url = new URL(inject('databaseUrl'))
  url.pathname = `/${name}`
  return { url: url.href, drop: () => asOwner(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function asOwner(statement: string): Promise<void> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
