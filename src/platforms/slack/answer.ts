/** Answers: into the response address of what was asked, into the window that is open, or into the person's own Messages tab. */
import { opensForm } from '../../command.ts'
import { buttons, type Card, card, toned } from '../../kernel/card.ts'
import type { Call, Form } from '../platform.ts'
import { type Drawing, drawHome, drawMessage, drawWindow, working } from './draw.ts'
import { saidOf } from './errors.ts'
import { renderForm } from './form.ts'
import { carried, type Where } from './inbound.ts'
import { found, patiently, say } from './messages.ts'
import { respond } from './respond.ts'
import { privatePlace } from './space.ts'

/** Opens the form where something is missing, else runs the call and gives its answer. Whoever calls has acknowledged already. */
export async function answerCall(world: Drawing, call: Call, where: Where): Promise<void> {
  const command = world.house.commands.get(call.run)
  const mayAsk = call.by !== 'form' && (!command || opensForm(command, call.given))
  const form = mayAsk && where.trigger !== undefined ? await world.house.formFor(call) : undefined
  if (form) return openForm(world, call, where, form)
  const shown = where.url === undefined && where.view === undefined ? await openWindow(world, where) : where
  const { card: answer, visibility, again } = await dispatched(world, call)
  // Slack delivers twice now and then; whoever asked has the answer of the first, or gets it.
  if (!again || shown !== where) await give(world, shown, call, answer, visibility)
  if (where.home) await publishHome(world, call, where)
}

/** What can't even be heard is said to whoever waits. */
export const dispatched = ({ house }: Drawing, call: Call): ReturnType<typeof house.dispatch> =>
  house.dispatch(call).catch((err: unknown) => {
    house.log.error({ err, run: call.run }, 'a call could not be heard')
    return { card: unheard, visibility: 'private' as const }
  })

/** From a window a form is laid upon it; else it is opened. Both must happen within three seconds of the press. */
async function openForm(world: Drawing, call: Call, where: Where, form: Form): Promise<void> {
  const { house, clients } = world
  const { view, presses } = renderForm(form, carried(where))
  const keeping = house.keepPresses('slack', where.team, presses)
  keeping.catch((err: unknown) => house.log.error({ err }, 'what a form is for could not be kept'))
  const method = where.view === undefined ? 'views.open' : 'views.push'
  await clients.call(where.team, method, { trigger_id: where.trigger, view }).catch(async (error: unknown) => {
    const said = saidOf(error)
    // Used up: this press was heard twice, and the other one has opened the form.
    if (said === 'exchanged_trigger_id') return
    // Slack lays three windows upon each other; the fourth takes the place of the third.
    if (said === 'push_limit_reached') return clients.call(where.team, 'views.update', { view_id: where.view, view })
    house.log.warn({ err: error, run: call.run }, 'a form could not be opened; a button is offered instead')
    return give(world, where, call, askToOpen(call, form.title), 'private')
  })
}

/** What is asked from a menu or the Home tab is answered in a window, which has to open before the answer is known. */
async function openWindow(world: Drawing, where: Where): Promise<Where> {
  if (where.trigger === undefined) return where
  try {
    const args = { trigger_id: where.trigger, view: working }
    const opened = await world.clients.call<{ view: { id: string } }>(where.team, 'views.open', args)
    return { ...where, view: opened.view.id }
  } catch (error) {
    // Without a window the answer goes into the Messages tab.
    if (saidOf(error) !== 'exchanged_trigger_id') world.house.log.warn({ err: error }, 'a window could not be opened')
    return where
  }
}

export async function give(
  world: Drawing,
  where: Where,
  call: Call,
  answer: Card,
  visibility: 'private' | 'public',
): Promise<void> {
  const closed = visibility === 'private'
  if (where.url !== undefined) {
    const message = await drawMessage(world, where.team, answer)
    if (await respond(world, where.url, message, { private: closed, replace: where.replace === true && closed })) return
  } else if (where.view !== undefined) {
    const view = await drawWindow(world, where.team, answer)
    if (await updated(world, where, view)) return
  }
  await inPrivate(world, call, answer)
}

const updated = (world: Drawing, where: Where, view: object): Promise<boolean> =>
  patiently(() => world.clients.call(where.team, 'views.update', { view_id: where.view, view })).then(
    () => true,
    (error: unknown) => {
      // Someone who closed the window meanwhile finds the answer in the Messages tab.
      if (saidOf(error) !== 'not_found') world.house.log.warn({ err: error }, 'a window could not be updated')
      return false
    },
  )

/** Into the person's own Messages tab: through the outbox, which survives whatever comes, unless nobody knows them yet. */
export async function inPrivate(world: Drawing, call: Call, answer: Card): Promise<void> {
  const { house, clients } = world
  const known = await house.personOf('slack', call.workspace, call.user)
  if (known !== undefined) return house.tell(call, answer)
  const channel = await patiently(() => privatePlace(clients, call.workspace, call.user))
  await say(world, call.workspace, channel, `answer:${call.eventId}`, answer)
}

/** An answer to what was written in the Messages tab, there and once: where its end is not known, it is looked for. */
export async function reply(world: Drawing, call: Call, channel: string, answer: Card): Promise<void> {
  const key = `answer:${call.eventId}`
  try {
    await patiently(() => say(world, call.workspace, channel, key, answer))
  } catch (error) {
    world.house.log.warn({ err: error }, 'a written message could not be answered at once')
    if (await found(world, call.workspace, channel, key).catch(() => undefined)) return
    await inPrivate(world, call, answer)
  }
}

/** The Home tab as it is now. A tab that changed meanwhile is drawn by whoever changed it. */
export async function publishHome(world: Drawing, asked: Call, where: Where): Promise<void> {
  const call: Call = { ...asked, run: 'home', given: {}, by: 'signal', eventId: `home:${asked.eventId}` }
  const { card: shown } = await world.house.dispatch(call)
  const view = await drawHome(world, where.team, shown)
  const hash = where.home?.hash
  const args = { user_id: where.user, view, ...(hash === undefined ? {} : { hash }) }
  await patiently(() => world.clients.call(where.team, 'views.publish', args)).catch((error: unknown) => {
    if (saidOf(error) !== 'hash_conflict') throw error
  })
}

/** Where no window can be opened, a button opens the form. */
export const askToOpen = (call: Call, title: string): Card =>
  card(title, buttons({ label: 'Open the form', run: call.run, given: { ...stringsOf(call.given), '?': 'form' }, look: 'main' }))

const stringsOf = (given: Call['given']): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

const unheard = toned(
  'bad',
  card(
    'Troupe could not take this',
    'Its database can’t be reached just now, and nothing was changed.',
    'Try again in a minute.',
  ),
)
