/** Files in three steps, their download with the bot's token, pins and reactions. */
import { checkContent, reach } from './chat.mjs'
import { fail } from './refuse.mjs'
import { addMessage, newId } from './state.mjs'

/** @typedef {import('./api.mjs').Caller} Caller */
/** @typedef {import('./state.mjs').State} State */

/** @param {State} state @param {string} team @param {string} user @param {any} given */
export function newFile(state, team, user, given) {
  const id = newId('F')
  const name = given.name ?? given.title ?? id
  const url = `${state.origin}/files-pri/${team}-${id}/${encodeURIComponent(name)}`
  const file = {
    id,
    team,
    user,
    name,
    title: given.title ?? name,
    mimetype: 'application/octet-stream',
    bytes: Buffer.alloc(0),
    channels: [],
    done: false,
    url_private: url,
    url_private_download: `${url}?download=1`,
    ...given,
  }
  state.files.set(id, file)
  return file
}

/** @param {any} file */
export const shownFile = ({ bytes, done: _done, length: _length, team, ...file }) => ({
  ...file,
  created: Math.floor(Date.now() / 1000),
  size: bytes.length,
  filetype: file.name.split('.').at(-1),
  user_team: team,
  mode: 'hosted',
  is_external: false,
})

const mimes = {
  png: 'image/png',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
  csv: 'text/csv',
  txt: 'text/plain',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
}

/** The bytes of step two: raw, or multipart with one field. @param {State} state @param {string} path @param {import('node:http').IncomingMessage} request @param {Buffer} body */
export function receiveUpload(state, path, request, body) {
  const file = state.files.get(path.split('/').at(-1) ?? '')
  if (!file || file.done) return { status: 404, body: 'no such upload' }
  const boundary = /multipart\/form-data; ?boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1]
  file.bytes = boundary ? partOf(body, boundary) : body
  if (file.bytes.length !== file.length)
    state.breach('upload', `${file.name}: ${file.bytes.length} bytes came, ${file.length} were announced`)
  return { status: 200, body: `OK - ${file.bytes.length}` }
}

/** @param {Buffer} body @param {string} boundary */
function partOf(body, boundary) {
  const start = body.indexOf('\r\n\r\n') + 4
  return body.subarray(start, body.indexOf(`\r\n--${boundary}`, start))
}

/** A download without a token of the right workspace leads to the sign-in page, as at Slack. @param {State} state @param {string} path @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
export function serveFile(state, path, request, response) {
  const id = path.split('/')[2]?.split('-')[1] ?? ''
  const file = state.files.get(id)
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  const team = [...state.teams.values()].find((t) => t.token === token && t.installed && !state.revoked.has(t.token))
  const allowed = team && file && file.team === team.id && state.scopes.has('files:read')
  if (team && file && file.team !== team.id)
    state.breach('wrong_team', `download of ${id} of ${file.team} with the token of ${team.id}`)
  if (!file?.done) return response.writeHead(404).end('File not found.')
  if (!allowed)
    return response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end('<!DOCTYPE html><html><head><title>Sign in | Slack</title></head></html>')
  response.writeHead(200, { 'content-type': file.mimetype, 'content-length': file.bytes.length }).end(file.bytes)
}

/** @param {Record<string, any>} args @param {Caller} caller @param {string} method */
function itemOf(args, caller, method) {
  if (!args.channel || !args.timestamp) fail('no_item_specified')
  const channel = reach(args.channel, caller, method)
  const message = channel.messages.find((/** @type {any} */ m) => m.ts === args.timestamp)
  return { channel, message: message ?? fail('message_not_found') }
}

/** @param {Record<string, any>} args @param {Caller} caller */
function completed(args, { state, team }) {
  return args.files.map((/** @type {any} */ { id, title }) => {
    const file = state.files.get(id)
    if (!file || file.team !== team.id) return fail('file_not_found')
    if (file.bytes.length === 0) {
      state.breach('upload', `${file.name} was completed before its bytes came`, 'files.completeUploadExternal')
      fail('file_update_failed')
    }
    file.done = true
    if (title) file.title = title
    return file
  })
}

/** @type {Record<string, (args: Record<string, any>, caller: Caller) => any>} */
export const files = {
  'files.getUploadURLExternal': (args, { state, team }) => {
    const extension = args.filename.split('.').at(-1)
    if (args.length <= 0) fail('invalid_arguments')
    const mimetype = mimes[/** @type {'png'} */ (extension)] ?? 'application/octet-stream'
    const file = newFile(state, team.id, team.botUser, { name: args.filename, length: args.length, mimetype })
    return { upload_url: `${state.origin}/upload/v1/${file.id}`, file_id: file.id }
  },

  'files.completeUploadExternal': (args, caller) => {
    const { state, team } = caller
    const targets = (
      args.channel_id
        ? [args.channel_id]
        : String(args.channels ?? '')
            .split(',')
            .filter(Boolean)
    ).map((/** @type {string} */ id) => {
      const channel = reach(id, caller, 'files.completeUploadExternal')
      return channel.members.has(team.botUser) ? channel : fail('not_in_channel')
    })
    if (args.blocks !== undefined) checkContent({ blocks: args.blocks, text: 'x' }, caller, 'files.completeUploadExternal')
    const done = completed(args, caller)
    for (const channel of targets) {
      for (const file of done) file.channels.push(channel.id)
      const shared = { user: team.botUser, bot_id: team.botId, app_id: state.appId, files: done.map(shownFile), upload: true }
      addMessage(state, channel, {
        ...shared,
        text: args.initial_comment ?? '',
        blocks: args.blocks,
        ...(args.thread_ts ? { thread_ts: args.thread_ts } : {}),
      })
    }
    return { files: done.map(shownFile) }
  },

  'files.info': (args, { state, team }) => {
    const file = state.files.get(args.file)
    if (file && file.team !== team.id) state.breach('wrong_team', `files.info on ${args.file} of ${file.team}`, 'files.info')
    return file?.team === team.id && file.done ? { file: shownFile(file) } : fail('file_not_found')
  },

  'pins.add': (args, caller) => {
    const { channel, message } = itemOf(args, caller, 'pins.add')
    if (!channel.members.has(caller.team.botUser)) fail('not_in_channel')
    if (channel.pins.includes(message.ts)) fail('already_pinned')
    if (channel.pins.length >= 100) fail('too_many_pins')
    channel.pins.push(message.ts)
    return {}
  },

  'pins.remove': (args, caller) => {
    const { channel, message } = itemOf(args, caller, 'pins.remove')
    if (!channel.pins.includes(message.ts)) fail('no_pin')
    channel.pins = channel.pins.filter((/** @type {string} */ ts) => ts !== message.ts)
    return {}
  },

  'pins.list': (args, caller) => {
    const channel = reach(args.channel, caller, 'pins.list')
    return {
      items: channel.pins.map((/** @type {string} */ ts) => ({
        type: 'message',
        channel: channel.id,
        message: channel.messages.find((/** @type {any} */ m) => m.ts === ts),
      })),
    }
  },

  'reactions.get': (args, caller) => {
    const { channel, message } = itemOf(args, caller, 'reactions.get')
    const reactions = (message.reactions ?? []).map((/** @type {any} */ r) => ({ ...r, count: r.users.length }))
    return { type: 'message', channel: channel.id, message: { ...message, reactions } }
  },

  'reactions.add': (args, caller) => {
    const { message } = itemOf(args, caller, 'reactions.add')
    const same = addReaction(message, args.name, caller.team.botUser)
    return same ? fail('already_reacted') : {}
  },
}

/** True when that person had reacted so already. @param {any} message @param {string} name @param {string} user */
export function addReaction(message, name, user) {
  message.reactions ??= []
  const found = message.reactions.find((/** @type {any} */ r) => r.name === name)
  if (found?.users.includes(user)) return true
  if (found) found.users.push(user)
  else message.reactions.push({ name, users: [user] })
  return false
}
