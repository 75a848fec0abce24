/** Whether DATABASE_DIRECT_URL leads where DATABASE_URL does. */
import { type Config, ConfigError } from '../config.ts'
import { sameDatabase } from '../db/reach.ts'
import { type Check, failed, good } from './check.ts'

/** None where one of the two is unset. */
export async function directChecks({
  DATABASE_URL: url,
  DATABASE_DIRECT_URL: direct,
}: Pick<Config, 'DATABASE_URL' | 'DATABASE_DIRECT_URL'>): Promise<Check[]> {
  if (url === undefined || direct === undefined) return []
  const name = 'Database, direct'
  try {
    await sameDatabase(url, direct)
    return [good(name, 'DATABASE_DIRECT_URL leads to the same database')]
  } catch (error) {
    if (!(error instanceof ConfigError)) return [failed(name, String(error), 'Look at the log of PostgreSQL.')]
    const [cause = '', ...fix] = error.message.split(/(?<=\.) /)
    return [failed(name, cause, fix.join(' '))]
  }
}
