/** Whether a failure is the database's being away, and no bug of ours; and whether it is a slow one of ours. */
import { Crowded } from '../kernel/turn.ts'
import { sqlState } from './client.ts'

// Shut down, starting up, read only (a standby, or a full disk at some hosts), a statement too long, too many connections, broken
// connections, out of disk or memory; Prisma: unreachable, timed out, no connection free.
const states = /^(57P0\d|25006|57014|08...|53...|P1001|P1002|P1008|P1017|P2024|P2028)$/
const network = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])
// What pg says of these has no code.
const words = /^(timeout exceeded when trying to connect|Query read timeout|Connection terminated|PostgreSQL has been silent)/

/** True when asking again in a moment may go well: nothing was done, or it is known by its key. */
export function isAway(error: unknown): boolean {
  if (error instanceof Crowded) return true
  if (typeof error !== 'object' || error === null) return false
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown }
  if (typeof code === 'string' && (network.has(code) || states.test(code))) return true
  if (typeof message === 'string' && words.test(message)) return true
  return states.test(sqlState(error) ?? '') || isAway(cause)
}

/**
 * True where a statement or a transaction took longer than it may. A database that is far too busy makes all of them slow, but one that
 * always is so is our own, and whoever runs the house has to see which.
 */
export function ranTooLong(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const state = sqlState(error)
  const { meta, cause } = error as { meta?: { timeTaken?: unknown }; cause?: unknown }
  // Of a transaction that found no connection the same code is said, without a time that it took.
  return state === '57014' || (state === 'P2028' && meta?.timeTaken !== undefined) || ranTooLong(cause)
}
