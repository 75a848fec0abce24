/** How the database means to answer what some work asks in SQL: for laws about statements that no figure of a few rows shows. */
import type { Context } from '../src/context.ts'
import { Prisma } from '../src/db/generated/client.ts'

/** Does the work and gives the plan of each statement of its own words, in their order. */
export async function plansOf(ctx: Context, work: (ctx: Context) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = []
  const asked = async (first: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<unknown> => {
    const sql = first instanceof Prisma.Sql ? first : Prisma.sql(first, ...values)
    const lines = await ctx.db.$queryRaw<object[]>`EXPLAIN ${sql}`
    plans.push(lines.flatMap(Object.values).join('\n'))
    return ctx.db.$queryRaw(sql)
  }
  const db = new Proxy(ctx.db, { get: (target, key) => (key === '$queryRaw' ? asked : Reflect.get(target, key)) })
  await work({ ...ctx, db })
  return plans
}
