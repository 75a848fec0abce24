/** The port every door implements. A door never decides anything: it brings Calls in and carries posts out. */
import type { FileRef } from '../command.ts'
import type { Card } from '../kernel/card.ts'

/** Someone asked for something: slash, press or form are all the same. */
export type Call = {
  platform: string
  /** The Discord server, Slack workspace or, on the web, the program. */
  workspace: string
  /** The platform's id of the channel it was asked in. */
  place: string
  /** The platform's id of the person. */
  user: string
  userName: string
  /** Unique per real event; the same id again is the same call. */
  eventId: string
  run: string
  given: Record<string, string | FileRef>
  /** How it was asked, for rules that differ: a press on a private card replaces that card. */
  by: 'slash' | 'press' | 'form' | 'signal'
}

/** One field of a form, ready to be drawn by any door. */
export type FormField = {
  name: string
  label: string
  kind: string
  required: boolean
  min?: number
  max?: number
  placeholder?: string
  choices?: { label: string; value: string }[]
  suggests: boolean
  value?: string
}

/** A command whose options are still missing. */
export type Form = {
  title: string
  run: string
  given: Record<string, string>
  fields: FormField[]
  error?: { field?: string; sentence: string }
}

export type Answer = { kind: 'card'; card: Card; visibility: 'private' | 'public' } | { kind: 'form'; form: Form }

/** What was posted where; kept so that the same key edits the old message. */
export type MessageRef = { place: string; message: string }

export type Post = {
  /** The outbox row's id: posting twice with the same one must not show two messages. */
  nonce: string
  card: Card
  pin: boolean
}

export type Platform = {
  name: string
  start: () => Promise<void>
  stop: () => Promise<void>
  /** The place a person alone reads; made on first use. */
  privatePlace: (workspace: string, personId: string, user: string) => Promise<string>
  post: (place: string, post: Post) => Promise<MessageRef>
  /** Replaces a message's card; false when it can no longer be edited (post anew). */
  edit: (ref: MessageRef, post: Post) => Promise<boolean>
  grant: (workspace: string, user: string, role: string, on: boolean) => Promise<void>
  /** The answer to a call whose asker is still waiting or has gone; used after a restart. */
  answerLate: (call: Call, card: Card) => Promise<void>
}
