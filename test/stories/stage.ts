/** Where a story is played: people in the rooms of one platform, with what they can do there. */
import { addMission } from '../../src/campaigns/plans.ts'
import type { World } from '../world.ts'

export type Upload = { name: string; bytes: Uint8Array; mime: string }
export type Values = Record<string, string | Upload>

/** The first of the choices that a form offers. */
export const FIRST = '(first)'

/** What a person reads, in plain words, whatever the platform draws around them. */
export type Player = {
  name: string
  /** Types a command. Gives the words of the answer, or of the form that opened. */
  ask: (command: string, given?: Values) => Promise<string>
  /** Sends the form that is open; answers to what it does not ask are left out. */
  fill: (values: Values) => Promise<string>
  /** Presses a button of the last answer, or of the newest message in a channel that has it. */
  press: (label: string, where?: string) => Promise<string>
  /** All that stands in a channel (by purpose) or in the own private place. */
  sees: (where?: string) => Promise<string>
}

export type Stage = {
  w: World
  /** Someone who is in the space; a team member is made one by the house. */
  person: (name: string, role?: 'manager' | 'admin') => Promise<Player>
  /** Names of the roles that the platform shows on a person. */
  roles: (name: string) => Promise<string[]>
  /** The process ends and another one takes its place at the door, where there is one. */
  restart?: () => Promise<void>
  /** Lets the platform's own addresses of files run out, where they do. */
  expire?: () => Promise<void>
  /** Everything a platform objected to. */
  objections: () => Promise<unknown[]>
  close: () => Promise<void>
}

/** One open mission with a fee, for stories that hand in content. */
export const aMission = (w: World) =>
  w.within((ctx) =>
    addMission(ctx, { title: 'Morning routine', brief: 'Thirty seconds with the serum', feeMinor: 4_000n, budgetMinor: 40_000n }),
  )

/** Someone applies, accepts the terms and is approved. */
export async function joined(stage: Stage, manager: Player, name: string): Promise<Player> {
  const one = await stage.person(name)
  const low = name.toLowerCase()
  const answers = {
    handle: `@${low}.glow`,
    niche: 'beauty',
    country: 'DE',
    email: `${low}@example.com`,
    adult_and_consent: 'yes',
  }
  await one.ask('apply', answers)
  await one.press('Accept')
  await stage.w.tick()
  await manager.press('Approve', 'applications')
  await stage.w.tick()
  return one
}

/** The smallest PNG there is. */
export const png: Upload = {
  name: 'morning.png',
  mime: 'image/png',
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
}
