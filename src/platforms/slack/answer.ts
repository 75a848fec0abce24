/** Answers: into the response address of what was asked, into the window that is open, or into the person's own Messages tab. */
import { missing } from '../../command.ts'
import { buttons, type Card, card, toned } from '../../kernel/card.ts'
import type { Call } from '../platform.ts'
import { saidOf } from './clients.ts'
import { type Drawing, drawHome, drawMessage, drawWindow, working } from './draw.ts'
import { renderForm } from './form.ts'
import { carried, type Where } from './inbound.ts'
import { privatePlace } from './space.ts'

const RESPOND_MS = 10_000
const backOffMs = [500, 2_000]

/** Opens the form where something is missing, else runs the call and gives its answer. Whoever calls has acknowledged already. */
export async function answerCall(world: Drawing, call: Call, where: Where): Promise<void> {
  const command = world.house.commands.get(call.run)
  const mayAsk =
    call.by !== 'form' && (!command || call.given['?'] === 'form' || missing(command, call.given).required.length > 0)
  const form = mayAsk && where.trigger !== undefined ? await world.house.formFor(call) : undefined
  if (form) {
    const { view, presses } = renderForm(form, carried(where))
    await world.house.keepPresses('slack', where.team, presses)
    // From a window a form is laid upon it; else it is opened. Both must happen within three seconds of the press.
    await world.clients.call(where.team, where.view === undefined ? 'views.open' : 'views.push', {
      trigger_id: where.trigger,
      view,
    })
    return
  }
  const shown = where.home && where.trigger !== undefined ? await openWindow(world, where) : where
  const { card: answer, visibility, again } = await world.house.dispatch(call)
  // Slack delivers twice now and then; whoever asked has the answer of the first, or gets it.
  if (!again) await give(world, shown, call, answer, visibility)
  if (where.home) await publishHome(world, call, where)
}

/** A press on the Home tab is answered in a window, which has to open before the answer is known. */
async function openWindow(world: Drawing, where: Where): Promise<Where> {
  const opened = await world.clients.call<{ view: { id: string } }>(where.team, 'views.open', {
    trigger_id: where.trigger,
    view: working,
  })
  return { ...where, view: opened.view.id }
}

export async function give(
  world: Drawing,
  where: Where,
  call: Call,
  answer: Card,
  visibility: 'private' | 'public',
): Promise<void> {
  if (where.url !== undefined) {
    if (await respond(world, where, answer, visibility)) return
  } else if (where.view !== undefined) {
    const view = await drawWindow(world, where.team, answer)
    if (await updated(world, where, view)) return
  }
  await whisper(world, call, answer)
}

const updated = (world: Drawing, where: Where, view: object): Promise<boolean> =>
  world.clients.call(where.team, 'views.update', { view_id: where.view, view }).then(
    () => true,
    (error: unknown) => {
      // Someone who closed the window meanwhile finds the answer in the Messages tab.
      if (saidOf(error) !== 'not_found') world.house.log.warn({ err: error }, 'a window could not be updated')
      return false
    },
  )

/** False when the address has run out (5 uses, 30 minutes) or Slack can't be reached. */
async function respond(world: Drawing, where: Where, answer: Card, visibility: 'private' | 'public'): Promise<boolean> {
  const message = await drawMessage(world, where.team, answer)
  const body = JSON.stringify({
    ...message,
    response_type: visibility === 'private' ? 'ephemeral' : 'in_channel',
    replace_original: where.replace === true && visibility === 'private',
  })
  for (const wait of [...backOffMs, undefined]) {
    const status = await post(where.url!, body)
    if (status !== undefined && status < 300) return true
    const mayPass = status === undefined || status === 429 || status >= 500
    if (!mayPass || wait === undefined) {
      world.house.log.warn({ status }, 'a response address took no answer')
      return false
    }
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  return false
}

/** The HTTP status; undefined when nothing came back. */
const post = (url: string, body: string): Promise<number | undefined> =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(RESPOND_MS),
  }).then(
    async (answer) => {
      const said = await answer.text()
      return answer.ok && said.includes('"ok":false') ? 400 : answer.status
    },
    () => undefined,
  )

/** Into the person's own Messages tab, once: the key is found again in the message's metadata. */
export async function whisper(world: Drawing, { workspace, user, eventId }: Call, answer: Card): Promise<void> {
  const channel = await privatePlace(world.clients, workspace, user)
  await say(world, workspace, channel, `answer:${eventId}`, answer)
}

/** A message of its own, marked with the key that it is found again by. Gives its timestamp, which is its name. */
export async function say(world: Drawing, team: string, channel: string, key: string, shown: Card): Promise<string> {
  const message = await drawMessage(world, team, shown)
  await world.house.pace(`slack:${team}:${channel}`, pacePerChannel)
  const metadata = { event_type: 'troupe_post', event_payload: { key } }
  const args = { channel, ...message, metadata, unfurl_links: false, unfurl_media: false }
  return (await world.clients.call<{ ts: string }>(team, 'chat.postMessage', args)).ts
}

/** docs.slack.dev, rate limits: about one message per second and channel. */
export const pacePerChannel = { everyMs: 1_050, burst: 1 }

/** The Home tab as it is now. A tab that changed meanwhile is drawn by whoever changed it. */
export async function publishHome(world: Drawing, asked: Call, where: Where): Promise<void> {
  const call: Call = { ...asked, run: 'home', given: {}, by: 'signal', eventId: `home:${asked.eventId}` }
  const { card: shown } = await world.house.dispatch(call)
  const view = await drawHome(world, where.team, shown)
  const hash = where.home?.hash
  await world.clients
    .call(where.team, 'views.publish', { user_id: where.user, view, ...(hash === undefined ? {} : { hash }) })
    .catch((error: unknown) => {
      if (saidOf(error) !== 'hash_conflict') throw error
    })
}

/** Where no window can be opened, a button opens the form. */
export const askToOpen = (call: Call, title: string): Card =>
  card(title, buttons({ label: 'Open the form', run: call.run, given: { ...stringsOf(call.given), '?': 'form' }, look: 'main' }))

const stringsOf = (given: Call['given']): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

export const tooOld = toned(
  'warn',
  card('This button is too old', 'What it was for is not kept any more.', 'Run the command again.'),
)
