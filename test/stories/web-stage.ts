/** A program in the simulator, over HTTP, as a browser without scripts would use it. */
import { openWebDoor } from '../../src/http/doors.ts'
import { Visitor } from '../browse.ts'
import { freePort } from '../port.ts'
import { world } from '../world.ts'
import { FIRST, type Player, type Stage, type Upload, type Values } from './stage.ts'

let events = 0

export async function webStage(): Promise<Stage> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const w = await world({ port, mounts: (app) => openWebDoor(app, true), program: { demo: true } })
  const { server } = await w.serve()
  await server.listen({ port, host: 'localhost' })
  return {
    w,
    async person(name, role) {
      if (role) await (role === 'admin' ? w.admin(name) : w.manager(name))
      const visitor = new Visitor(origin)
      await visitor.go('/simulator')
      await visitor.post('/simulator/persona', role ? { user: name.toLowerCase() } : { name })
      return player(visitor, w, name)
    },
    // What a role is shown as here: the channels that a creator may open.
    async roles(name) {
      const rows = await w.within((ctx) => ctx.db.membership.findMany({ where: { name } }))
      return rows.map((row) => (row.role === 'creator' ? 'Creator' : row.role))
    },
    objections: async () => [],
    close: () => w.close(),
  }
}

function player(visitor: Visitor, w: Stage['w'], name: string): Player {
  let key = 'start-here'

  const open = async (where: string): Promise<void> => {
    await w.app.runJob('deliver')
    key = where
    await visitor.go(`/simulator?in=${where}`)
  }

  /** The open form, or the newest message. */
  const shown = (): string => {
    const sheet = dialog(visitor.page)
    return wordsOf(sheet ?? articles(visitor.page).at(-1) ?? '')
  }

  async function send(body: FormData): Promise<string> {
    // What is said later stands later.
    w.at(new Date(w.now.getTime() + 1_000))
    body.set('in', key)
    body.set('event', `story-${++events}`)
    await visitor.send('/simulator/run', body)
    return shown()
  }

  return {
    name,
    async ask(command, given: Values = {}) {
      await open('start-here')
      const body = new FormData()
      body.set(
        'line',
        [`/${command}`, ...Object.entries(given).map(([option, value]) => `${option}:${value as string}`)].join(' '),
      )
      return send(body)
    },
    async fill(values) {
      const sheet = dialog(visitor.page)
      if (!sheet) throw new Error(`${name} has no form open.`)
      const body = new FormData()
      for (const [field, value] of hiddenFields(sheet)) body.set(field, value)
      for (const [option, value] of Object.entries(values))
        if (sheet.includes(`name="o.${option}"`)) put(body, sheet, option, value)
      body.set('send', '1')
      return send(body)
    },
    async press(label, where) {
      if (where !== undefined) await open(where)
      const message = articles(visitor.page)
        .toReversed()
        .find((article) => buttonIn(article, label) !== undefined)
      if (message === undefined) throw new Error(`${name} sees no button "${label}".`)
      const body = new FormData()
      body.set('press', buttonIn(message, label)!)
      body.set('message', /id="m-([^"]+)"/.exec(message)![1]!)
      return send(body)
    },
    async sees(where = 'you') {
      await open(where)
      return articles(visitor.page).map(wordsOf).join('\n\n')
    },
  }
}

function put(body: FormData, sheet: string, option: string, value: string | Upload): void {
  if (typeof value !== 'string') {
    body.set(`o.${option}`, new Blob([Uint8Array.from(value.bytes)], { type: value.mime }), value.name)
    return
  }
  const offered = new RegExp(`<select[^>]*name="o\\.${option}".*?</select>`, 's').exec(sheet)?.[0] ?? ''
  body.set(`o.${option}`, value === FIRST ? /<option value="([^"]+)"/.exec(offered)![1]! : value)
}

const dialog = (page: string): string | undefined => /<dialog class="sheet".*?<\/dialog>/s.exec(page)?.[0]
const articles = (page: string): string[] => page.match(/<article class="message[^"]*" id="m-.*?<\/article>/gs) ?? []
const hiddenFields = (sheet: string): [string, string][] =>
  [...sheet.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((match) => [match[1]!, readable(match[2]!)])

const buttonIn = (article: string, label: string): string | undefined => {
  const found = [...article.matchAll(/<button class="button[^"]*" name="press" value="([^"]*)">([^<]*)/g)]
  const button = found.find((match) => readable(match[2]!) === label)
  return button && readable(button[1]!)
}

const wordsOf = (markup: string): string => readable(markup.replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ')
const readable = (words: string): string =>
  words
    .replace(/&#(\d+);/g, (_, n: string) => String.fromCharCode(Number(n)))
    .replace(/&(amp|lt|gt|quot);/g, (_, n: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[n]!)
