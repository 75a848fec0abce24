/** What a customer's form brings: its fields, and its file, which goes to the disk as it comes and is never whole in memory. */
import { createHmac, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { type Kept, keepFile } from '../content/media.ts'
import { SENT } from '../content/uploads.ts'
import { keepable } from '../kernel/keepable.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sameBytes } from '../kernel/signature.ts'

export const MOST_MB = 25

export type Sent = { fields: Record<string, string>; file: { path: string; name: string } | null; tooLarge: boolean }

/** Reads the form; whoever calls removes the file that lies at `path`. Of a field that came twice the last counts. */
export async function readSent(app: App, request: FastifyRequest): Promise<Sent> {
  if (!request.isMultipart()) {
    const body = Object.entries((request.body ?? {}) as Record<string, unknown>)
    const texts = body.flatMap(([name, value]) => (typeof value === 'string' ? [[keepable(name), keepable(value)]] : []))
    return { fields: Object.fromEntries(texts), file: null, tooLarge: false }
  }
  const sent: Sent = { fields: {}, file: null, tooLarge: false }
  try {
    await readParts(app, request, sent)
  } catch (error) {
    // Whoever called has not seen the file.
    await dropSent(sent)
    throw error
  }
  return sent
}

async function readParts(app: App, request: FastifyRequest, sent: Sent): Promise<void> {
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (typeof part.value === 'string') sent.fields[keepable(part.fieldname)] = keepable(part.value)
      continue
    }
    // An empty file input still comes as a part, without a name and without bytes.
    if (!part.filename || part.fieldname !== 'file') {
      part.file.resume()
      continue
    }
    const path = join(app.uploads, `${SENT}${randomBytes(12).toString('hex')}`)
    sent.file = { path, name: keepable(part.filename) }
    await pipeline(part.file, createWriteStream(path, { mode: 0o600 }))
    sent.tooLarge = part.file.truncated
  }
}

/** The folder where files lie as they come, for us alone. */
export const openSent = ({ uploads }: App): Promise<unknown> => mkdir(uploads, { recursive: true, mode: 0o700 })

/** Takes the file over, cleaned of place and camera, or says what is wrong with it. */
export async function keepSent(app: App, { file, tooLarge }: Sent): Promise<Kept | string | null> {
  if (tooLarge)
    return `The file is larger than ${MOST_MB} MB. Choose a smaller one, or tick that you send a longer video on the next page.`
  if (file === null) return null
  try {
    const kept = await keepFile(app.media, file.path, file.name)
    return /^(?:image|video)\//.test(kept.mime) ? kept : wrongKind
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code === 'over_limit' ? `${error.sentence} Choose a smaller one.` : wrongKind
  }
}

const wrongKind =
  'This is no picture or video that we can show, or it is damaged. Choose a JPEG, PNG, WebP, GIF, MP4, MOV or WebM file.'

export const dropSent = async ({ file }: Sent): Promise<void> => {
  if (file) await rm(file.path, { force: true })
}

const FORM_HOURS = 24

/**
 * What a form carries: a number of its own, when it was drawn, and our mark. It binds nobody to anything, so that no cookie is needed; it
 * makes two sendings of one form one entry, and lets nobody send without having asked for the page.
 */
export function writeForm(app: App, programId: string, nonce = app.random(16)): string {
  const words = `${Buffer.from(nonce).toString('base64url')}.${app.clock().getTime().toString(36)}`
  return `${words}.${mark(app, programId, words)}`
}

const mark = (app: App, programId: string, words: string): string =>
  createHmac('sha256', app.sealer.key('share')).update(`form ${programId} ${words}`).digest('base64url')

/** The number of a form that we drew; `old` where it was drawn too long ago. */
export function readForm(app: App, programId: string, written: string | undefined): { nonce: string; old: boolean } | undefined {
  const [nonce = '', at = '', signed = ''] = (written ?? '').split('.')
  if (!/^[\w-]{22}$/.test(nonce) || !/^[0-9a-z]{1,12}$/.test(at)) return undefined
  if (!sameBytes(signed, mark(app, programId, `${nonce}.${at}`))) return undefined
  return { nonce, old: app.clock().getTime() - Number.parseInt(at, 36) > FORM_HOURS * 3_600_000 }
}

/** The private link that belongs to a form. */
export const tokenOf = (app: App, programId: string, nonce: string): string =>
  createHmac('sha256', app.sealer.key('share')).update(`mine ${programId} ${nonce}`).digest('base64url')
