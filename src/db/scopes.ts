/** How every row is walked, whoever the tables belong to: program by program where row-level security holds the role. */
import type pg from 'pg'

/** Whose rows a statement sees: everybody's at once for a role that passes row-level security, else those of one program a time. */
export type Scope = { program: string; where: string }

/** The scopes of a table; those with programs of their own have a column `programId`. */
export type ScopesOf = (table: { tenant: boolean }) => Scope[]

const everything: Scope = { program: '*', where: 'true' }

export async function scopesOf(client: pg.ClientBase): Promise<ScopesOf> {
  const { rows } = await client.query<{ passes: boolean }>(
    'SELECT rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = current_user',
  )
  if (rows[0]?.passes) return () => [everything]
  await client.query(`SELECT set_config('troupe.program', '*', false)`)
  const programs = await client.query<{ id: string }>('SELECT id FROM "Program" ORDER BY id')
  const each = programs.rows.map(({ id }) => ({ program: id, where: `"programId" = '${id}'` }))
  return ({ tenant }) => (tenant ? [...each, { program: '*', where: '"programId" IS NULL' }] : [everything])
}

export const enter = (client: pg.ClientBase, scope: Scope): Promise<unknown> =>
  client.query(`SELECT set_config('troupe.program', $1, false)`, [scope.program])
