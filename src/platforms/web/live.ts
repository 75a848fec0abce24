/** Tells open pages, of this process and of others, that a place has changed. What is told may be lost; pages then simply read again. */
import { EventEmitter } from 'node:events'
import type pg from 'pg'
import type { Database } from '../../db/client.ts'
import type { Log } from '../../log.ts'

const CHANNEL = 'troupe_web'
const AGAIN_MS = 2_000

/** `person` narrows a change to one reader. A place that ends with ":*" means who may see what in that program. */
export type Change = { place: string; person?: string }

export type Live = {
  tell: (change: Change) => void
  /** Hears changes of this and other processes until the returned function is called. */
  hear: (listener: (change: Change) => void) => () => void
  stop: () => Promise<void>
}

/** `mark` tells this process's own notices from others'. */
export function openLive(database: Database, log: Log, mark: string): Live {
  const changes = new EventEmitter().setMaxListeners(0)
  let client: pg.PoolClient | undefined
  let state: 'idle' | 'listening' | 'stopped' = 'idle'
  let retry: NodeJS.Timeout | undefined

  async function listen(): Promise<void> {
    if (state !== 'listening') return
    try {
      const fresh = await database.owner.connect()
      client = fresh
      fresh.on('notification', ({ payload = '' }) => receive(payload))
      fresh.on('error', (err) => {
        if (client !== fresh) return
        log.warn({ err }, 'live updates lost their connection and will take it up again')
        drop(true)
        listenLater()
      })
      await fresh.query(`LISTEN ${CHANNEL}`)
      if (isStopped()) drop()
    } catch (err) {
      log.warn({ err }, 'live updates from other processes wait for the database')
      drop(true)
      listenLater()
    }
  }

  // A function, because the compiler believes that no one changes the state during an await.
  const isStopped = () => state === 'stopped'

  function listenLater(): void {
    if (isStopped()) return
    retry = setTimeout(listen, AGAIN_MS)
    retry.unref()
  }

  function drop(broken = false): void {
    client?.removeAllListeners('notification')
    client?.release(broken)
    client = undefined
  }

  function receive(payload: string): void {
    const [from = '', place = '', person] = payload.split(' ')
    if (from !== mark) changes.emit('change', person ? { place, person } : { place })
  }

  return {
    tell(change) {
      changes.emit('change', change)
      const payload = [mark, change.place, ...(change.person === undefined ? [] : [change.person])].join(' ')
      database.pool
        .query('SELECT pg_notify($1, $2)', [CHANNEL, payload])
        .catch((err: unknown) => log.warn({ err }, 'a live update was lost'))
    },
    hear(listener) {
      if (state === 'idle') {
        state = 'listening'
        void listen()
      }
      changes.on('change', listener)
      return () => changes.off('change', listener)
    },
    async stop() {
      state = 'stopped'
      clearTimeout(retry)
      // The connection has heard LISTEN; it must not go back to the pool like that.
      drop(true)
      changes.removeAllListeners()
    },
  }
}
