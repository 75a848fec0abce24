import { type Id, type Kind, newId } from './kernel/id.ts'
import type { Founding } from './programs/service.ts'
import type { Sealer } from './seal.ts'

type World = { random: (bytes: number) => Uint8Array; sealer: Sealer }

/** What a program is founded with, before it has a context of its own. */
export const makerOf = ({ random, sealer }: World, now: Date): Omit<Founding, 'db'> => ({
  now,
  id: <K extends Kind>(kind: K): Id<K> => newId(kind, now, () => random(10)),
  random,
  seal: (plain) => sealer.seal(plain).toString('base64'),
})
