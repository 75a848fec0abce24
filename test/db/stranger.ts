import pg from 'pg'
import { freshDatabase } from '../database.ts'

/** An empty database and a role without any right in it, or its owner. */
export async function stranger(name: string, attributes: string, owner: boolean) {
  const base = await freshDatabase()
  const admin = new pg.Client(base.url)
  await admin.connect()
  const database = `${name}_db`
  const drop = [`DROP DATABASE IF EXISTS ${database}`, `DROP ROLE IF EXISTS ${name}`]
  for (const sql of drop) await admin.query(sql)
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'x' ${attributes}`)
  await admin.query(`CREATE DATABASE ${database}${owner ? ` OWNER ${name}` : ''}`)
  const url = new URL(base.url)
  url.username = name
  url.password = 'x'
  url.pathname = `/${database}`
  return {
    url: url.href,
    admin,
    /** As PostgreSQL does for whoever creates the role: they may give it to others, but (since 16) not take it on. */
    async administers(role: string) {
      const { rows } = await admin.query(`SELECT current_setting('server_version_num')::int >= 160000 AS apart`)
      await admin.query(`GRANT ${role} TO ${name} WITH ADMIN ${rows[0].apart ? 'TRUE, SET FALSE, INHERIT FALSE' : 'OPTION'}`)
    },
    async end() {
      for (const sql of drop) await admin.query(sql).catch(() => {})
      await admin.end()
      await base.drop()
    },
  }
}
