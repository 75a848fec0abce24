/** The Context: everything impure, passed in. One unit of work has one Context, one `now` and one transaction. */
import type { Db } from './db/client.ts'
import type { Program } from './db/generated/client.ts'
import type { Card } from './kernel/card.ts'
import type { Id, Kind } from './kernel/id.ts'

export type Role = 'anyone' | 'creator' | 'manager' | 'admin'

/** Where a post goes: a channel by its purpose, or the private place of one person. */
export type Audience = { channel: string } | { person: string }

type Someone = {
  personId: string
  name: string
  /** The highest role this person holds in the program. */
  role: Role
  /** The actor's own zone and language, falling back to the program's. */
  zone: string
  locale: string
  /** The door this was asked through; missing for jobs. */
  platform?: string
}

/** Who acts. In a `creator` command the creator id is there; elsewhere it may be missing. `system` is a job. */
export type Actor<R extends Role = Role> = Someone & (R extends 'creator' ? { creatorId: string } : { creatorId?: string })

/** What is to be done outside; the outbox performs it after the commit. */
export type ShowOptions = {
  /** Keep the post at the top of its channel. */
  pin?: boolean
  /** A push that nobody asked for: held back in quiet hours. */
  unasked?: boolean
}

export type StoredFile = { id: Id<'file'>; mime: string; bytes: number; sha256: string }

export type Context<R extends Role = Role> = {
  db: Db
  now: Date
  id: <K extends Kind>(kind: K) => Id<K>
  random: (bytes: number) => Uint8Array
  program: Program
  actor: Actor<R>
  /** The keyed live post: the same key again edits the old message. */
  show: (audience: Audience, key: string, card: Card, options?: ShowOptions) => Promise<void>
  /** Grants or removes a role on every door of the program. */
  grant: (personId: string, role: string, on: boolean) => Promise<void>
  /** Rings a job after the commit; a lost ring is harmless. */
  ring: (job: string, payload?: Record<string, string>) => void
  /** Stores bytes once (content-addressed) and returns the file row. */
  store: (bytes: Uint8Array, name: string) => Promise<StoredFile>
  /** Encrypts what only Troupe may read again; hash is keyed and one-way. */
  seal: (plain: string) => string
  unseal: (sealed: string) => string
  hash: (plain: string) => string
  /** Opens and seals the click ids that travel through shops. */
  clickKey: Buffer
  /** Absolute address of a page or short link: url('/dashboard'). */
  url: (path: string) => string
  /** The commands, for `/help` and the form links that cards carry. */
  commands: ReadonlyMap<string, { name: string; description: string; role: Role; listed: boolean }>
}
