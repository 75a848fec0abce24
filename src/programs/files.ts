// What content, assets and imports name is held here, for it is left of all of them.
import type { Context } from '../context.ts'
import type { File } from '../db/generated/client.ts'

/** A stored file of the program that is to be named: until this unit of work is over it is not dropped. Undefined where it is not here. */
export async function holdFile({ db, program }: Pick<Context, 'db' | 'program'>, fileId: string): Promise<File | undefined> {
  const [file] = await db.$queryRaw<
    File[]
  >`SELECT * FROM "File" WHERE id = ${fileId} AND "programId" = ${program.id} FOR KEY SHARE`
  return file
}
