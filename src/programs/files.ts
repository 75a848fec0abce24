import type { Context } from '../context.ts'
import type { File } from '../db/generated/client.ts'

/** A stored file of the program that is to be named: until this unit of work is over it is not dropped. Null where it is not here. */
export async function holdFile({ db, program }: Pick<Context, 'db' | 'program'>, fileId: string): Promise<File | null> {
  const where = { id: fileId, programId: program.id }
  await db.$queryRaw`SELECT id FROM "File" WHERE id = ${where.id} AND "programId" = ${where.programId} FOR KEY SHARE`
  return db.file.findFirst({ where })
}
