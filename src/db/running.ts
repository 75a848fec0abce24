/** The embedded database while Troupe runs: others in this folder reach it by what its server wrote down. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOf } from '../pid.ts'
import { OWNER } from './cluster.ts'

/** Its address as the superuser; undefined while no server runs in this data folder. */
export function runningDatabase(dir: string): string | undefined {
  const pidFile = join(dir, 'postgres', 'postmaster.pid')
  const passwordFile = join(dir, 'postgres.password')
  if (!existsSync(pidFile) || !existsSync(passwordFile)) return undefined
  const [pid, , , port] = readFileSync(pidFile, 'utf8').split('\n')
  if (startOf(Number(pid)) === null) return undefined
  return `postgres://${OWNER}:${readFileSync(passwordFile, 'utf8').trim()}@127.0.0.1:${port}/troupe`
}
