/** A person in the chat: as(mia).run('earnings') · press('Approve') · fill({…}) · sees('applications'). */
import type { App } from '../src/app.ts'
import type { FileRef } from '../src/command.ts'
import type { Button, Card } from '../src/kernel/card.ts'
import { plain } from '../src/kernel/plain.ts'
import { formFor, suggest } from '../src/platforms/ask.ts'
import { dispatch } from '../src/platforms/dispatch.ts'
import type { Call, Form } from '../src/platforms/platform.ts'
import type { MemoryDoor } from './door.ts'

export type Asked = { card: Card; text: string; form?: undefined } | { form: Form; text: string; card?: undefined }

let events = 0

/** Where somebody comes in: the web unless said otherwise. */
export type Entrance = { platform: string; workspace: string; owner?: boolean }

export class Persona {
  readonly name: string
  readonly user: string
  readonly at: Entrance
  personId = ''
  creatorId = ''
  /** The card last answered, whose buttons `press` looks at. */
  last: Card | undefined
  form: Form | undefined
  private readonly app: App
  private readonly door: MemoryDoor

  constructor(
    app: App,
    door: MemoryDoor,
    programId: string,
    name: string,
    at: Entrance = { platform: 'web', workspace: programId },
  ) {
    this.at = at
    this.app = app
    this.door = door
    this.name = name
    this.user = name.toLowerCase().replaceAll(' ', '-')
  }

  /** Comes in for the first time. */
  async arrive(): Promise<void> {
    await dispatch(this.app, this.call('help', {}))
    const identity = await this.app.database.across((db) =>
      db.identity.findUniqueOrThrow({
        where: {
          platform_workspace_externalId: { platform: this.at.platform, workspace: this.at.workspace, externalId: this.user },
        },
      }),
    )
    this.personId = identity.personId
  }

  call(run: string, given: Call['given'], eventId = `evt-${++events}`, by: Call['by'] = 'slash'): Call {
    return {
      ...this.at,
      place: `${this.at.workspace}:start-here`,
      user: this.user,
      userName: this.name,
      eventId,
      run,
      given,
      by,
    }
  }

  /** Runs a command the way a door does: opens the form when something required is missing. */
  async ask(run: string, given: Record<string, string | FileRef> = {}, eventId?: string, by?: Call['by']): Promise<Asked> {
    const call = this.call(run, given, eventId, by)
    this.form = await formFor(this.app, call)
    if (this.form) {
      return { form: this.form, text: `${this.form.title}: ${this.form.fields.map((f) => f.name).join(', ')}` }
    }
    const { card } = await dispatch(this.app, call)
    this.last = card
    return { card, text: plain(card) }
  }

  /** The answer of a command as plain text. */
  async run(run: string, given: Record<string, string | FileRef> = {}): Promise<string> {
    return (await this.ask(run, given)).text
  }

  /** Presses a button of the last answer, or of the newest post this person sees that has it. */
  async press(label: string): Promise<Asked> {
    await this.deliver()
    const cards = [this.last, ...this.door.messages.toReversed().map((m) => m.card)]
    for (const card of cards) {
      const button = card && buttonsOf(card).find((b) => b.label === label)
      if (button && 'run' in button) return this.ask(button.run, button.given ?? {})
    }
    throw new Error(`${this.name} sees no button "${label}".`)
  }

  /** Fills the form that is open. */
  async fill(values: Record<string, string | FileRef>): Promise<Asked> {
    if (!this.form) throw new Error(`${this.name} has no form open.`)
    return this.ask(this.form.run, { ...this.form.given, ...values }, undefined, 'form')
  }

  /** Posts of a channel by purpose, or of the own private place, as plain text. */
  async sees(where: string = 'private'): Promise<string> {
    await this.deliver()
    const place = where === 'private' ? `${this.at.workspace}:person:${this.personId}` : `${this.at.workspace}:${where}`
    return this.door
      .in(place)
      .map((m) => plain(m.card))
      .join('\n\n')
  }

  suggest(run: string, option: string, typed = '') {
    return suggest(this.app, this.call(run, {}), option, typed)
  }

  private deliver(): Promise<void> {
    return this.app.runJob('deliver')
  }
}

export const buttonsOf = (card: Card): Button[] =>
  card.blocks.flatMap((block) => (block.block === 'buttons' ? block.buttons : []))
