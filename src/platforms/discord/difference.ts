/** Which commands a server lacks, has otherwise or has too many; so that a start without changes sends nothing (200 creates a day). */
import type { APIApplicationCommand } from 'discord.js'
import type { Wanted } from './commands.ts'

/** A command as Discord lists it. */
export type Had = Pick<APIApplicationCommand, 'id' | 'name'> & { type?: number } & object

export type Difference = {
  create: Wanted[]
  update: { id: string; body: Wanted }[]
  delete: { id: string; name: string }[]
}

/** Compares by meaning: what a server fills in by itself is no difference. */
export function difference(have: readonly Had[], want: readonly Wanted[]): Difference {
  const keyOf = (one: { name: string; type?: number | undefined }) => `${one.type ?? 1} ${one.name}`
  const known = new Map(have.map((one) => [keyOf(one), one]))
  const wanted = new Set(want.map(keyOf))
  return {
    create: want.filter((one) => !known.has(keyOf(one))),
    update: want.flatMap((body) => {
      const old = known.get(keyOf(body))
      return old && meaning(old) !== meaning(body) ? [{ id: old.id, body }] : []
    }),
    delete: have.filter((one) => !wanted.has(keyOf(one))).map(({ id, name }) => ({ id, name })),
  }
}

type Told = Record<string, unknown>

/** The fields we set, each with what its absence means. Commands of one server have no contexts of their own, so Discord lists none. */
function meaning(command: object): string {
  const told = command as Told
  return JSON.stringify({
    description: told.description ?? '',
    permissions: told.default_member_permissions == null ? null : String(told.default_member_permissions),
    contexts: told.contexts ?? [0],
    nsfw: told.nsfw ?? false,
    options: optionsOf(told),
  })
}

function optionsOf(told: Told): unknown[] {
  return ((told.options as Told[] | null | undefined) ?? []).map((option) => ({
    type: option.type,
    name: option.name,
    description: option.description,
    required: option.required ?? false,
    autocomplete: option.autocomplete ?? false,
    bounds: [option.min_value, option.max_value, option.min_length, option.max_length].map((bound) => bound ?? null),
    choices: ((option.choices as Told[] | null | undefined) ?? []).map((choice) => [choice.name, choice.value]),
    options: optionsOf(option),
  }))
}
