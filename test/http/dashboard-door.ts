/** A program with a dashboard, a creator and a manager; and what its pages' forms hold. */
import { dashboard } from '../../src/http/dashboard.ts'
import { Browser } from '../browser.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

/** Close its world when done. */
export async function openDashboard() {
  const w = await world({ program: { demo: true }, mounts: (app) => [dashboard(app)] })
  return { w, mia: await w.creator('Mia'), ana: await w.manager('Ana') }
}

export const browserOf = async (w: World) => new Browser((await w.serve()).server)

/** A browser in which this person has signed in and sees the first page. */
export async function signedIn(w: World, person: Persona): Promise<Browser> {
  const browser = await browserOf(w)
  await browser.signIn(person)
  return browser
}

export const countRows = (w: World, table: 'inbox' | 'audit' | 'outbox'): Promise<number> =>
  w.within((ctx) => (ctx.db[table] as { count: () => Promise<number> }).count())
