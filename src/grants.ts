/**
 * Tokens of shops that end: kept sealed among the keys with their end, and renewed before it. One process at a time asks for the next,
 * for a shop may end the former token with it, and the others take what it kept. Keys that an admin pastes meanwhile stay.
 */
import type { Database } from './db/client.ts'
import type { Connection } from './db/generated/client.ts'
import { minutes } from './kernel/time.ts'
import type { Grant, Granted } from './outward.ts'
import { deliveryOf, gone } from './platforms/platform.ts'
import type { Sealer } from './seal.ts'

/** A shop is looked at every quarter of an hour, so that a renewal that fails has a few more tries while the old token still opens. */
const EARLY_MINUTES = 60
/** One request of ten seconds, and the wait for that of another process. */
const LIMIT_MS = 30_000

type Keys = Record<string, string>
type Ask = (keys: Keys) => Promise<Granted>

/** Keys for one conversation. `refused` gives another token after a 401, once; undefined when there is none to be had. */
export type Held = { keys: Keys; refused: () => Promise<string | undefined> }

type World = { sealer: Sealer; database: Pick<Database, 'within'>; clock: () => Date }

export function openGrants({ sealer, database, clock }: World) {
  const opened = (sealed: string): Keys => JSON.parse(sealer.unseal(Buffer.from(sealed, 'base64')).toString('utf8')) as Keys
  const underWay = new Map<string, Promise<Keys>>()

  /** One that an admin pasted has no end. */
  const opensFor = ({ token, until }: Keys, ahead: number): boolean =>
    token !== undefined && (until === undefined || until > minutes(clock(), ahead).toISOString())

  /** The keys with a token other than `spent`: the one that was kept meanwhile, else a new one. */
  function renewed(connection: Connection, spent: string | undefined, ask: Ask): Promise<Keys> {
    const { id, programId } = connection
    const going = underWay.get(id) ?? renew(id, programId, spent, ask).finally(() => underWay.delete(id))
    underWay.set(id, going)
    return going
  }

  const renew = (id: string, programId: string, spent: string | undefined, ask: Ask): Promise<Keys> =>
    database.within(
      programId,
      async (db) => {
        await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`grant:${id}`}, 0))`
        const row = await db.connection.findFirst({ where: { id, programId }, select: { keys: true } })
        if (!row?.keys) throw gone('The shop was disconnected.', 'Connect it again with /setup shop.')
        const before = opened(row.keys)
        if (before.token !== spent && opensFor(before, 1)) return before
        const now = clock()
        const { token, seconds } = await ask(before)
        const keys = { ...before, token, until: new Date(now.getTime() + seconds * 1_000).toISOString() }
        // Not over keys that were pasted while it was under way; this conversation ends with the token it has.
        const data = { keys: sealer.seal(JSON.stringify(keys)).toString('base64') }
        await db.connection.updateMany({ where: { id, programId, keys: row.keys }, data })
        return keys
      },
      LIMIT_MS,
    )

  async function standing(connection: Connection, keys: Keys, ask: Ask): Promise<Keys> {
    if (opensFor(keys, EARLY_MINUTES)) return keys
    try {
      return await renewed(connection, keys.token, ask)
    } catch (error) {
      // Out of reach for a moment, while the old one still opens: the next conversation tries again.
      if (deliveryOf(error)?.kind !== 'gone' && opensFor(keys, 1)) return keys
      throw error
    }
  }

  return {
    async hold(
      connection: Connection,
      grant: Grant | undefined,
      renewBy: (grant: Grant, keys: Keys) => Promise<Granted>,
    ): Promise<Held> {
      const first = opened(connection.keys ?? '')
      if (!grant?.needed(first)) return { keys: first, refused: async () => undefined }
      const ask: Ask = (keys) => renewBy(grant, keys)
      const keys = await standing(connection, first, ask)
      let left = 1
      return {
        keys,
        refused: async () => (left-- > 0 ? (await renewed(connection, keys.token, ask)).token : undefined),
      }
    },
  }
}
