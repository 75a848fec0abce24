/** The Context: everything impure, passed in. One unit of work has one Context, one `now` and one transaction. */
import type { Db } from './db/client.ts'
import type { Program } from './db/generated/client.ts'
import type { Card } from './kernel/card.ts'
import type { Id, Kind } from './kernel/id.ts'
import type { PushKind } from './kernel/push.ts'

export type Role = 'anyone' | 'creator' | 'manager' | 'admin'

/**
 * Where a post goes: a channel by its purpose, the private place of one person, or the thread about one thing. `thread` is the id
 * of that thing and `people` are in it; the first of them says through which door it is held, and reads it in their private place
 * where that door has no threads.
 */
export type Audience = { channel: string } | { person: string } | { thread: string; title: string; people: string[] }

type Someone = {
  personId: string
  name: string
  /** The highest role this person holds in the program. */
  role: Role
  /** Sees money, prepares and confirms payouts; a flag beside the role. */
  finance?: boolean
  /** Was a creator here and is none any more: what they earned is theirs still. */
  former?: boolean
  /** Has a row as a creator and is none yet: an application that waits, or an invitation. */
  applicant?: boolean
  /** The actor's own zone and language, falling back to the program's. */
  zone: string
  locale: string
  /** The door this was asked through; missing for jobs. */
  platform?: string
  /** The message or call there, as it calls it. */
  call?: string
}

/** Who acts. In a `creator` command the creator id is there; elsewhere it may be missing. `system` is a job. */
export type Actor<R extends Role = Role> = Someone & (R extends 'creator' ? { creatorId: string } : { creatorId?: string })

/** What is to be done outside; the outbox performs it after the commit. */
export type ShowOptions = {
  /** Keep the post at the top of its channel. */
  pin?: boolean
  /** What was pinned is so no more; the post stays. */
  unpin?: boolean
  /** A push that nobody asked for, of this kind: held back in quiet hours, and one a day (kernel/push.ts); `true` means other. */
  unasked?: boolean | PushKind
  /** To a person through each door they are known at, and not only through the first: what their safety hangs on. */
  everywhere?: boolean
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
  /** The same card for many people, each under a key of their own, by one statement. */
  showEach: (people: readonly { personId: string; key: string }[], card: Card) => Promise<void>
  /** Archives the thread about a thing, if there is one. */
  closeThread: (thread: string) => Promise<void>
  /** Grants or removes a role on every door of the program. */
  grant: (personId: string, role: string, on: boolean) => Promise<void>
  /** Makes or adopts channels in a space; who asked is told what is missing. */
  prepare: (
    spaceId: string,
    channels: { audience: string; name: string; about: string; role: 'anyone' | 'creator' | 'manager' }[],
    tell: string,
  ) => Promise<void>
  /**
   * Asks a connected shop for something: `act` names who performs it (src/calls.ts), the rest are ids. The same key again replaces
   * what was asked for, so a key names a thing in the shop and never an attempt.
   */
  call: (connectionId: string, key: string, intent: { act: string } & Record<string, string>, notBefore?: Date) => Promise<void>
  /** Whether mail can be sent from here. */
  mails: boolean
  /**
   * Sends a card to an address by e-mail, once for each key. It carries links and no buttons; after `until` it is not sent any more.
   * Where no mail can be sent it is left out. `stop` is the address of the page that ends such mail, told to the reader's mail program.
   */
  mail: (to: string, key: string, card: Card, until?: Date, stop?: string) => Promise<void>
  /** Rings a job after the commit; a lost ring is harmless. */
  ring: (job: string, payload?: Record<string, string>) => void
  /** Stores bytes once (content-addressed) and returns the file row. */
  store: (bytes: Uint8Array, name: string) => Promise<StoredFile>
  /** The bytes of a stored file of the program. Refusal not_found. */
  read: (fileId: string) => Promise<{ bytes: Uint8Array; mime: string; name: string }>
  /** Encrypts what only Troupe may read again; hash is keyed and one-way. */
  seal: (plain: string) => string
  unseal: (sealed: string) => string
  hash: (plain: string) => string
  /** Keyed and one-way like hash, and the same in every program: one-time codes are looked up before the program is known. */
  hashCode: (code: string) => string
  /** Opens and seals the click ids that travel through shops. */
  clickKey: Buffer
  /** Absolute address of a page or short link: url('/dashboard'). */
  url: (path: string) => string
  /** The commands, for `/help` and the form links that cards carry. */
  commands: ReadonlyMap<
    string,
    {
      name: string
      description: string
      role: Role
      finance?: boolean
      former?: boolean
      listed: boolean
      inside?: true | 'former' | 'finance'
    }
  >
}
