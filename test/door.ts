/** A door that keeps what was posted in memory, with the idempotence a real platform has; nothing else of it is simpler. */
import type { FileRef } from '../src/command.ts'
import type { Card } from '../src/kernel/card.ts'
import type { Call, MessageRef, Platform, Post, Prepared, WantedChannel, WantedThread } from '../src/platforms/platform.ts'

export type Message = MessageRef & { card: Card; pin: boolean; edits: number }

export class MemoryDoor implements Platform {
  readonly name: string
  readonly messages: Message[] = []
  readonly grants: { user: string; role: string; on: boolean }[] = []
  readonly late: { call: Call; card: Card }[] = []
  /** Files handed over with calls, by their ref. */
  readonly files = new Map<string, Uint8Array>()
  /** What preparing a space would find missing. */
  readonly missing: string[] = []
  /** Threads that were opened, with what was asked for and whether they are archived. */
  readonly threads: (WantedThread & { place: string; closed: boolean })[] = []
  readonly openThread?: (workspace: string, thread: WantedThread) => Promise<string>
  /** Places that were given another name as they were closed. */
  readonly renamed = new Map<string, string>()
  readonly closeThread?: (workspace: string, place: string, name?: string) => Promise<void>
  private readonly byNonce = new Map<string, Message>()

  /** A door with threads is asked for: the web door has none. */
  constructor(name: string, { threads = false } = {}) {
    this.name = name
    if (!threads) return
    this.openThread = async (workspace, wanted) => {
      const known = this.threads.find((thread) => thread.key === wanted.key)
      if (known) return known.place
      const place = `${workspace}:${wanted.key}`
      this.threads.push({ ...wanted, place, closed: false })
      return place
    }
    this.closeThread = async (_workspace, place, name) => {
      if (name !== undefined) this.renamed.set(place, name)
      for (const thread of this.threads) if (thread.place === place) thread.closed = true
    }
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async privatePlace(workspace: string, personId: string): Promise<string> {
    return `${workspace}:person:${personId}`
  }

  async post(_workspace: string, place: string, post: Post): Promise<MessageRef> {
    const before = this.byNonce.get(post.nonce)
    if (before) return before
    const message: Message = { place, message: `m${this.messages.length + 1}`, card: post.card, pin: post.pin, edits: 0 }
    this.messages.push(message)
    this.byNonce.set(post.nonce, message)
    return message
  }

  async edit(_workspace: string, ref: MessageRef, post: Post): Promise<boolean> {
    const message = this.messages.find((m) => m.message === ref.message)
    if (!message) return false
    Object.assign(message, { card: post.card, pin: post.pin, edits: message.edits + 1 })
    return true
  }

  async grant(_workspace: string, user: string, role: string, on: boolean): Promise<void> {
    this.grants.push({ user, role, on })
  }

  async fetchFile(_workspace: string, file: FileRef): Promise<Uint8Array> {
    const bytes = this.files.get(file.ref)
    if (!bytes) throw new Error(`The test holds no file ${file.ref}.`)
    return bytes
  }

  async prepare(workspace: string, wanted: WantedChannel[]): Promise<Prepared> {
    const channels = wanted.map(({ audience, name }) => ({ audience, name, externalId: `${workspace}:${audience}` }))
    return { channels, missing: [...this.missing] }
  }

  health(): { ok: boolean; words: string } {
    return { ok: true, words: 'open' }
  }

  async answerLate(call: Call, card: Card): Promise<void> {
    this.late.push({ call, card })
  }

  /** Messages of a place, oldest first. */
  in(place: string): Message[] {
    return this.messages.filter((m) => m.place === place)
  }
}
