/** Discord's own schemas, which come without types, as a check that also finds fields they don't know. */
import { expect } from 'vitest'

type Schema = { safeParse: (value: unknown) => { success: boolean; data?: unknown; error?: unknown } }

const at: string = 'discord-api-spec/zod'
const schemas = (await import(at)) as Record<string, Schema | undefined>

/** What is wrong with a body, or nothing. The schema drops fields that it doesn't know, so a body that comes back the same had none. */
export function expectSpec(name: string, body: unknown): void {
  const wire = JSON.parse(JSON.stringify(body)) as unknown
  const result = schemas[`${name}Schema`]!.safeParse(wire)
  expect(result.error).toBeUndefined()
  expect(result.data).toEqual(wire)
}

export const specTakes = (name: string, body: unknown): boolean => schemas[`${name}Schema`]!.safeParse(body).success
