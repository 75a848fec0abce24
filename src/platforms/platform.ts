/** The port every door implements. A door never decides anything: it brings Calls in and carries posts out. */
import type { AnyCommand, FileRef, Suggestion } from '../command.ts'
import type { Card } from '../kernel/card.ts'
import type { Log } from '../log.ts'

/** As long as a caption may be; of a message that a right click saves, no more is taken. */
export const CAPTION = 2_000

/** What somebody is called whose platform did not say it in time; their name is taken from the next call that has it. */
export const UNNAMED = 'Someone'

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
  /** The door knows that this person owns the server, or installed the app. */
  owner?: boolean
  /** What the door needs to answer after a restart (an interaction's token, a response address). */
  reply?: Record<string, string>
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

/** What was posted where; kept so that the same key edits the old message. */
export type MessageRef = { place: string; message: string }

export type Post = {
  /** The outbox row's id: posting twice with the same one must not show two messages. */
  nonce: string
  card: Card
  pin: boolean
  /** With an edit: the message is pinned no more. */
  unpin?: boolean
  /** An earlier try may have reached the platform although its answer was lost. */
  again?: boolean
}

/** A channel the program wants in every space; `role` is the lowest that may read it. */
export type WantedChannel = { audience: string; name: string; about: string; role: 'anyone' | 'creator' | 'manager' }

/** A thread below a channel for some accounts; `key` is the same at every try, so that one opened by a lost try is found again. */
export type WantedThread = { key: string; parent: string; title: string; users: string[] }

/** What became of preparing a space: the channels that stand, and a sentence with the fix for each thing that is missing. */
export type Prepared = {
  channels: { audience: string; externalId: string; name: string }[]
  missing: string[]
  /** Audiences whose channel is there and can be read by everyone: nothing is posted in it until it is private. */
  open?: string[]
  /** Roles had to be made: whoever had one that is gone is given it once more. */
  anew?: boolean
}

/**
 * Posting, editing and granting work as soon as the door is made, in every process; `start` begins to listen, which one process does.
 * Outgoing methods throw `later` when the platform can't be reached now, `gone` when trying again won't help, and `waits` when a
 * channel has to stand first.
 */
export type Platform = {
  name: string
  start: () => Promise<void>
  stop: () => Promise<void>
  /** The place a person alone reads; made on first use. */
  privatePlace: (workspace: string, personId: string, user: string) => Promise<string>
  /** Opens a direct message with an account, for who asked for it; `gone` when it takes none. A door whose private place is one has none. */
  directPlace?: (workspace: string, user: string) => Promise<string>
  post: (workspace: string, place: string, post: Post) => Promise<MessageRef>
  /** Replaces a message's card; false when it can no longer be edited (post anew). */
  edit: (workspace: string, ref: MessageRef, post: Post) => Promise<boolean>
  /** Opens a private thread and gives its place. A door without threads shows what belongs there in the private place. */
  openThread?: (workspace: string, thread: WantedThread) => Promise<string>
  /** Lets one more person into a thread; who is in it already stays. */
  joinThread?: (workspace: string, place: string, user: string) => Promise<void>
  /** Archives a thread, under another name where one is given; `gone` when it is no longer there. */
  closeThread?: (workspace: string, place: string, name?: string) => Promise<void>
  grant: (workspace: string, user: string, role: string, on: boolean) => Promise<void>
  /** The answer to a call whose asker is still waiting or has gone; used after a restart. What is asked too long ago is shown privately. */
  answerLate: (call: Call, card: Card, askedAt: Date) => Promise<void>
  /** The bytes of a file that was handed over with a call, at most `maxBytes`; Refusal when it is larger. */
  fetchFile: (workspace: string, file: FileRef, maxBytes: number) => Promise<Uint8Array>
  /** Creates or adopts the channels and checks what the door may do there. */
  prepare: (workspace: string, wanted: WantedChannel[]) => Promise<Prepared>
  /** How far the door is open, for health. */
  health: () => { ok: boolean; words: string }
}

/** A button whose run and options are too long for a platform's id; kept under a short one. */
export type Press = { id: string; run: string; given: Record<string, string> }

/** What a door of a chat platform gets of the house. */
export type House = {
  log: Log
  clock: () => Date
  commands: ReadonlyMap<string, AnyCommand>
  /** Runs a call; the card is also given for everything people do wrong. `again` when this very call was heard before. */
  dispatch: (call: Call) => Promise<{ card: Card; visibility: 'private' | 'public'; again?: boolean }>
  /**
   * Writes a call down, before it is acknowledged, so that a process that is killed leaves it to the next; gives what takes it away
   * again once it was answered. Takes a moment at most and never throws. `press` is a kept press that is yet to be looked up.
   */
  keep: (call: Call, press?: string) => Promise<() => Promise<void>>
  /** The form to open instead; one short read. */
  formFor: (call: Call) => Promise<Form | undefined>
  /** At most 25, within 250 ms. */
  suggest: (call: Call, option: string, typed: string) => Promise<Suggestion[]>
  /** What is wrong with these answers, by field; pure, so that it can be said before the acknowledgement. */
  check: (run: string, given: Call['given']) => { field: string; sentence: string }[]
  /** The bytes of a stored picture: as it is where it fits, else of the small one. */
  file: (
    platform: string,
    workspace: string,
    fileId: string,
    fits: (picture: { bytes: number; mime: string }) => boolean,
  ) => Promise<{ bytes: Uint8Array; mime: string; name: string } | undefined>
  /** The accounts of persons on a platform in a workspace, for mentions. */
  accounts: (platform: string, workspace: string, personIds: string[]) => Promise<Map<string, string>>
  /** The person behind an account; undefined for one never seen. */
  personOf: (platform: string, workspace: string, user: string) => Promise<string | undefined>
  /** Shows an answer in the private place of whoever asked, for it came too late to be given where they did. */
  tell: (call: Call, card: Card) => Promise<void>
  keepPresses: (platform: string, workspace: string, presses: Press[]) => Promise<void>
  press: (platform: string, workspace: string, id: string) => Promise<{ run: string; given: Record<string, string> } | undefined>
  /** The platform's id of a channel by its purpose. */
  channel: (platform: string, workspace: string, audience: string) => Promise<string | undefined>
  /** The ids of a workspace's roles by what Troupe calls them; there they may have other names by now. */
  roles: (platform: string, workspace: string) => Promise<Readonly<Record<string, string>>>
  keepRole: (platform: string, workspace: string, role: string, id: string) => Promise<void>
  /**
   * The workspace that a direct message with this account belongs to: of several, the one that wrote this message there. Undefined where it
   * is none, or not known to be of one.
   */
  directOf: (platform: string, user: string, place: string, message?: string) => Promise<string | undefined>
  /** Whether this account belongs to a manager or admin of its program. */
  manages: (platform: string, workspace: string, user: string) => Promise<boolean>
  /** Whether this reaction of this account asks for the message it is on: a manager's, with the program's emoji. */
  captures: (platform: string, workspace: string, user: string, emoji: string) => Promise<boolean>
  /** Does something while no other process does anything under the same key. */
  alone: <T>(key: string, work: () => Promise<T>) => Promise<T>
  /** Tells the managers, through all doors that are left, that a workspace has removed the app. */
  removed: (platform: string, workspace: string) => Promise<void>
  /** Somebody is in a workspace no more: what is for them is shown at another door of theirs, if they have one, and else waits in their place. */
  left: (platform: string, workspace: string, user: string) => Promise<void>
  /** Messages were deleted: `tails` are the ends of their addresses. What was saved from them is marked, what was asked is over. */
  erased: (platform: string, workspace: string, tails: string[]) => Promise<void>
  /** Waits for a turn under a pace that all processes share. */
  pace: (key: string, pace: Pace) => Promise<Taken>
  installs: {
    get: (platform: string, workspace: string) => Promise<Install | undefined>
    keep: (platform: string, install: Install) => Promise<void>
    /** Of an app that was removed at this moment; false when it was installed again since, and stays. */
    drop: (platform: string, workspace: string, at: Date) => Promise<boolean>
    /** Whether an installation comes back with this mark for the first time, whichever process hears it; marks are forgotten `until` then. */
    first: (platform: string, mark: string, until: Date) => Promise<boolean>
  }
}

/** A workspace that installed the app. The token is plain here and sealed where it is kept. */
export type Install = { workspace: string; name: string; token: string; botUser: string; installer?: string; scopes: string }

/**
 * One turn every `everyMs` on average, `burst` at once: in any span of t ms at most burst + t / everyMs turns. With `perSecond` besides
 * never more than these in any second, as counted where they arrive.
 */
export type Pace = { everyMs: number; burst: number; perSecond?: number }

/** To be called once what had its turn was answered; only a pace `perSecond` needs it. */
export type Taken = () => void

type Gone = { kind: 'gone'; fix: string; lost?: true; shut?: true }
type Cause = Error & { delivery?: { kind: 'later'; afterMs: number } | Gone | { kind: 'waits' } }

/** The platform can't be reached or asks to wait: the post is tried again after `afterMs`, and this try doesn't count. */
export const later = (why: string, afterMs: number): Error =>
  Object.assign(new Error(why), { delivery: { kind: 'later', afterMs } as const })

/** Trying again won't help (channel deleted, permission missing, messages closed); `fix` tells managers what will. */
export const gone = (why: string, fix: string): Error =>
  Object.assign(new Error(why), { delivery: { kind: 'gone', fix } as const })

/** The place itself is no more, or Troupe is not in it; one that is made for a purpose is made anew. */
export const lost = (why: string, fix: string): Error =>
  Object.assign(new Error(why), { delivery: { kind: 'gone', fix, lost: true } as const })

/** Nobody at all is reached in this space, and nothing is posted there: that is told once, and not for everybody it was meant for. */
export const shut = (why: string, fix: string): Error =>
  Object.assign(new Error(why), { delivery: { kind: 'gone', fix, shut: true } as const })

/** A channel that this needs does not stand yet: the post waits until /setup channels has made or adopted it. */
export const waits = (why: string): Error => Object.assign(new Error(why), { delivery: { kind: 'waits' } as const })

/** Whether a failed delivery is to wait or to be given up; undefined for any other failure. */
export const deliveryOf = (error: unknown): Cause['delivery'] => (error instanceof Error ? (error as Cause).delivery : undefined)
