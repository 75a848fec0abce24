/** Which key seals the rows: the database keeps its print, so that another one is told at once and not by what it fails to open. */
import type pg from 'pg'
import { Refusal } from '../kernel/refusal.ts'
import { hasKey, type Keys, type Sealer, sealerOf } from '../seal.ts'
import { nearby } from './borrow.ts'
import { enter, scopesOf } from './scopes.ts'
import { openSession } from './session.ts'

/** The sealer for this database, whose key is the one of it from now on. Refusal when that is another one; a key is made only for a new database. */
export async function sealerFor(url: string, config: Keys): Promise<Sealer> {
  const opened = await checkKey(url, config)
  const sealer = sealerOf(config)
  const print = opened === 'before' ? sealer.prints.at(-1) : sealer.prints[0]
  await connected(url, (client) => client.query('INSERT INTO "KeyPrint" (print) VALUES ($1) ON CONFLICT DO NOTHING', [print]))
  // Of two machines that begin at once, the first one's key is everybody's.
  await checkKey(url, config)
  return sealer
}

/** What is sealed here: nothing yet, rows of the key of today, or some of a key before it that waits to be replaced. */
type Sealed = 'nothing' | 'now' | 'before'

/** Refusal when the key can't open what is sealed here; nothing is written, and no key made. */
export const checkKey = (url: string, config: Keys): Promise<Sealed> =>
  connected(url, async (client) => {
    const there = await tablesIn(client)
    const kept = there.has('KeyPrint') ? await printIn(client) : undefined
    const sealed = kept === undefined && there.has('Program') ? await sealedIn(client, there) : []
    if (kept === undefined && sealed.length === 0) return 'nothing'
    const how = 'docs/security.md says what to do when it is lost.'
    if (!hasKey(config))
      throw new Refusal(
        'conflict',
        'The rows of this database are sealed with a key that is not here.',
        `Set SECRET_KEY to it, or put it into ${config.DATA_DIR} as secret.key; ${how}`,
      )
    const sealer = sealerOf(config)
    if (kept !== undefined && sealer.prints.includes(kept)) return kept === sealer.prints[0] ? 'now' : 'before'
    // A database of before its print was kept may hold rows of several keys, while one is replaced.
    if (sealed.some((one) => sealer.reseal(Buffer.from(one, 'base64')) !== undefined)) return 'before'
    if (sealed.some((one) => opens(sealer, one))) return 'now'
    throw new Refusal(
      'conflict',
      'The rows of this database are sealed with another key.',
      `Set SECRET_KEY to that one, or name it in SECRET_KEY_BEFORE; ${how}`,
    )
  })

/** The same for a command, which works on what is there: also refused where no Troupe ever started, for it is not the one in use. */
export async function checkKeyHere(url: string, config: Keys): Promise<Sealed> {
  if (await connected(url, async (client) => !(await tablesIn(client)).has('Program')))
    throw new Refusal('not_found', 'No Troupe ever started on this database.', nearby)
  return checkKey(url, config)
}

/** The newest key is the one of this database: what an older one sealed was sealed anew, or is lost. Before an update there is no place for it. */
export const keepKey = (url: string, sealer: Sealer): Promise<void> =>
  connected(url, async (client) => {
    if (!(await tablesIn(client)).has('KeyPrint')) return
    await client.query('INSERT INTO "KeyPrint" (print) VALUES ($1) ON CONFLICT (one) DO UPDATE SET print = excluded.print', [
      sealer.prints[0],
    ])
  })

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openSession(url, 'troupe-key')
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** A database that is not up to date yet, or empty, lacks some. */
async function tablesIn(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname IN ('KeyPrint', 'Program', 'Connection', 'Install')`,
  )
  return new Set(rows.map(({ name }) => name))
}

const printIn = async (client: pg.Client): Promise<string | undefined> =>
  (await client.query<{ print: string }>('SELECT print FROM "KeyPrint"')).rows[0]?.print

/** Secrets of webhooks, which every program has, and tokens of workspaces. */
async function sealedIn(client: pg.Client, there: Set<string>): Promise<string[]> {
  const scopes = await scopesOf(client)
  const found: string[] = []
  for (const scope of there.has('Connection') ? scopes({ tenant: true }) : []) {
    await enter(client, scope)
    const { rows } = await client.query<{ secrets: string[] }>(`SELECT secrets FROM "Connection" WHERE ${scope.where}`)
    found.push(...rows.flatMap(({ secrets }) => secrets))
  }
  if (!there.has('Install')) return found
  const { rows } = await client.query<{ secret: string }>('SELECT secret FROM "Install"')
  return [...found, ...rows.map(({ secret }) => secret)]
}

function opens(sealer: Sealer, words: string): boolean {
  try {
    sealer.unseal(Buffer.from(words, 'base64'))
    return true
  } catch {
    return false
  }
}
