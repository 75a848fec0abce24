/** What the web door needs of the house. It decides nothing itself. */
import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { FileRef, OptionKind, Suggestion } from '../../command.ts'
import type { Role } from '../../context.ts'
import type { Database } from '../../db/client.ts'
import type { Card } from '../../kernel/card.ts'
import type { CodeTerms } from '../../kernel/discount.ts'
import type { Id, Kind } from '../../kernel/id.ts'
import type { Log } from '../../log.ts'
import type { Call, Form } from '../platform.ts'

/** A command as the input line offers it. */
export type Offer = {
  name: string
  description: string
  options: { name: string; label: string; kind: OptionKind; required: boolean; suggests: boolean }[]
}

export type WebHall = {
  formFor: (call: Call) => Promise<Form | undefined>
  dispatch: (call: Call) => Promise<{ card: Card; visibility: 'private' | 'public' }>
  suggest: (call: Call, option: string, typed: string) => Promise<Suggestion[]>
  /** What is wrong with these answers, by field; pure (command.ts problems). */
  check: (run: string, given: Call['given']) => { field: string; sentence: string }[]
}

export type ShopOrder = {
  externalId: string
  number: string
  at: Date
  currency: string
  /** What commission is paid on, minor units. */
  base: bigint
  /** What was given back of the base so far, minor units. */
  refunded: bigint
}

export type ShopDeps = {
  /** The signing secret of the program's generic webhook. */
  secret: (programId: string) => Promise<string>
  /** What an active code takes off now; undefined for any other. */
  codeTerms: (programId: string, code: string) => Promise<CodeTerms | undefined>
  /** Orders of source 'generic', newest first. */
  orders: (programId: string) => Promise<ShopOrder[]>
  /** Where this server can be reached from itself, without a slash at the end. */
  origin: () => string
}

export type Opened = {
  bytes: number
  mime: string
  name: string
  /** Its bytes, or those from one place to another, both included. */
  read: (range?: { from: number; to: number }) => Promise<Readable>
  /** The picture that stands for it until its own is drawn. */
  passing?: boolean
}

/** A person of a program. */
export type Reader = { programId: string; personId: string }

export type WebDeps = {
  database: Database
  clock: () => Date
  id: <K extends Kind>(kind: K) => Id<K>
  random: (bytes: number) => Uint8Array
  log: Log
  /** Signs the simulator's cookie and form tokens. */
  key: Buffer
  /** Encrypts what only Troupe may read again, as in a Context. */
  seal: (plain: string) => string
  unseal: (sealed: string) => string
  /** Whether the simulator and the shop are served; assets and media always are. */
  simulator: boolean
  hall: WebHall
  /** The listed commands that are for somebody; all of them, to read what was typed by, when nobody is named. */
  commandsFor: (who?: { role: Role; finance: boolean; creator?: { id: string; state: string; stood: unknown } }) => Offer[]
  /** The channels a role may see, in the order of the sidebar. */
  channelsFor: (role: Role) => { purpose: string; name: string }[]
  /** Makes the person behind a web account of a program when it is seen for the first time. */
  recognise: (programId: string, user: string, userName: string) => Promise<{ personId: string }>
  /** Keeps an uploaded file; ref is the file's id. */
  store: (programId: string, bytes: Uint8Array, name: string) => Promise<FileRef>
  /** A stored file where this person may open it, or the small picture of it. */
  file: (reader: Reader, fileId: string, small: boolean) => Promise<Opened | undefined>
  /** A signed-in dashboard visitor, who may see media without the simulator. */
  signedInTo?: (request: FastifyRequest) => Promise<Reader | undefined>
  /** Makes an empty program with one web account that is its admin. */
  startProgram: (plan: { name: string; currency: string; zone: string }) => Promise<{ programId: string; user: string }>
  /** An address that opens the dashboard as this person. */
  dashboard?: (programId: string, personId: string) => Promise<string>
  shop: ShopDeps
}

export const roleWords: Record<Role, string> = { anyone: 'Visitor', creator: 'Creator', manager: 'Manager', admin: 'Admin' }
