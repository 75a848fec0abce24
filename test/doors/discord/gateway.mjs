/** The gateway: sessions, heartbeats, intents, resume with replay, and the faults of a real network. */
import { randomBytes } from 'node:crypto'
import { WebSocketServer } from 'ws'
import { guildJson, INTENT } from './guild.mjs'
import { blanked } from './messages.mjs'

const DISPATCH = 0
const BUFFER = 5000
const SENDS_PER_MINUTE = 120
/** After these a session cannot be resumed. */
const FINAL = new Set([1000, 1001, 4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014])
const PRIVILEGED = { members: INTENT.members, presences: INTENT.presences, content: INTENT.content }

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */
/** @typedef {{ id: string, ws: import('ws').WebSocket | null, intents: number, shard: number[], seq: number, buffer: Json[], resumed: number, ready: boolean }} Session */

/** @param {State} state @param {import('node:http').Server} server */
export function openGateway(state, server) {
  const sockets = new WebSocketServer({ server, maxPayload: 15_360 })
  /** @type {Map<string, Session>} */
  const sessions = new Map()
  let deaf = 0
  let silentUntil = 0
  let held = []

  const write = (ws, frame) => {
    if (ws?.readyState !== 1) return
    if (Date.now() < silentUntil) held.push([ws, frame])
    else ws.send(JSON.stringify(frame))
  }
  const dispatch = (session, t, d) => {
    const frame = { op: DISPATCH, t, s: ++session.seq, d }
    session.buffer.push(frame)
    if (session.buffer.length > BUFFER) session.buffer.shift()
    write(session.ws, frame)
  }
  const live = () => [...sessions.values()].filter((s) => s.ws && s.ready)

  state.emit = (event, data, { guildId, intent = 0, blank = false }) => {
    for (const session of sessions.values()) {
      if (intent && !(session.intents & intent)) continue
      const [shard, shards] = session.shard
      if ((guildId ? Number((BigInt(guildId) >> 22n) % BigInt(shards)) : 0) !== shard) continue
      const hide = blank && !(session.intents & INTENT.content)
      dispatch(session, event, structuredClone(hide ? blanked(data) : data))
    }
  }

  sockets.on('connection', (ws) => {
    const sent = []
    const link = { ws, session: undefined }
    ws.on('error', () => {})
    ws.on('close', (code) => {
      const { session } = link
      if (session?.ws !== ws) return
      session.ws = null
      if (FINAL.has(code)) sessions.delete(session.id)
    })
    write(ws, { op: 10, t: null, s: null, d: { heartbeat_interval: state.setup.heartbeatMs ?? 41_250, _trace: ['["local"]'] } })
    ws.on('message', (bytes) => {
      const now = Date.now()
      sent.push(now)
      while (sent[0] < now - 60_000) sent.shift()
      if (sent.length > SENDS_PER_MINUTE) return ws.close(4008, 'Rate limited.')
      let frame
      try {
        frame = JSON.parse(String(bytes))
      } catch {
        return ws.close(4002, 'Error while decoding payload.')
      }
      receive(link, frame)
    })
  })

  function receive(link, { op, d }) {
    const { ws, session } = link
    if (op === 1) return write(ws, { op: 11, t: null, s: null, d: null })
    if (op === 2) return session ? ws.close(4005, 'Already authenticated.') : identify(link, d)
    if (op === 6) return resume(link, d)
    if (!session) return ws.close(4003, 'Not authenticated.')
    if (op === 8) return chunk(session, d)
    if (op !== 3 && op !== 4 && op !== 31) ws.close(4001, 'Unknown opcode.')
  }

  function identify(link, d) {
    const { ws } = link
    if (d?.token !== state.token) return ws.close(4004, 'Authentication failed.')
    if (!Number.isInteger(d.intents) || d.intents < 0 || d.intents >= 1 << 27) return ws.close(4013, 'Invalid intent(s).')
    for (const [name, bit] of Object.entries(PRIVILEGED))
      if (d.intents & bit && !state.privileged.has(name)) return ws.close(4014, 'Disallowed intent(s).')
    const shard = d.shard ?? [0, 1]
    if (shard[0] >= shard[1]) return ws.close(4010, 'Invalid shard.')
    const session = {
      id: randomBytes(16).toString('hex'),
      ws,
      intents: d.intents,
      shard,
      seq: 0,
      buffer: [],
      resumed: 0,
      ready: true,
    }
    link.session = session
    const mine = [...state.guilds.values()].filter((g) => Number((BigInt(g.id) >> 22n) % BigInt(shard[1])) === shard[0])
    dispatch(session, 'READY', {
      v: 10,
      user: { ...state.users.get(state.appId), verified: true, mfa_enabled: true, flags: 0, email: null },
      user_settings: {},
      guilds: mine.map((g) => ({ id: g.id, unavailable: true })),
      private_channels: [],
      relationships: [],
      presences: [],
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: state.origin.replace('http', 'ws'),
      shard,
      application: { id: state.appId, flags: 0 },
      guild_join_requests: [],
      _trace: ['["local"]'],
    })
    sessions.set(session.id, session)
    if (session.intents & INTENT.guilds)
      for (const guild of mine)
        dispatch(session, 'GUILD_CREATE', guildJson(state, guild, (session.intents & INTENT.presences) !== 0))
    state.ring()
  }

  function resume(link, d) {
    const { ws } = link
    if (deaf > 0) {
      deaf--
      return
    }
    if (d?.token !== state.token) return ws.close(4004, 'Authentication failed.')
    const session = sessions.get(d.session_id)
    if (!session || (session.buffer[0] && session.buffer[0].s > d.seq + 1))
      return write(ws, { op: 9, t: null, s: null, d: false })
    if (d.seq > session.seq) return ws.close(4007, 'Invalid seq.')
    session.ws?.terminate()
    session.ws = ws
    link.session = session
    session.resumed++
    for (const frame of session.buffer.filter((f) => f.s > d.seq)) write(ws, frame)
    dispatch(session, 'RESUMED', { _trace: ['["local"]'] })
    state.ring()
  }

  function chunk(session, d) {
    const guild = state.guilds.get(String(d.guild_id))
    if (!guild) return
    const everyone = [...guild.members.values()]
    const whole = d.query === '' && !d.user_ids
    if (whole && !(session.intents & INTENT.members)) return session.ws.close(4014, 'Disallowed intent(s).')
    const ids = d.user_ids === undefined ? undefined : [d.user_ids].flat().map(String)
    const found = everyone
      .filter((m) => (ids ? ids.includes(m.user.id) : m.user.username.startsWith((d.query ?? '').toLowerCase())))
      .slice(0, ids ? 100 : d.limit || everyone.length)
    dispatch(session, 'GUILD_MEMBERS_CHUNK', {
      guild_id: guild.id,
      members: found,
      chunk_index: 0,
      chunk_count: 1,
      ...(ids && { not_found: ids.filter((id) => !guild.members.has(id)) }),
      ...(d.nonce && { nonce: d.nonce }),
    })
  }

  const signal = (op, d) => {
    for (const session of live()) write(session.ws, { op, t: null, s: null, d })
  }
  return {
    close: () => {
      for (const ws of sockets.clients) ws.terminate()
      sockets.close()
    },
    verbs: {
      sessions: () =>
        [...sessions.values()].map((s) => ({ id: s.id, intents: s.intents, resumed: s.resumed, alive: s.ws !== null })),
      connected: (count = 1, waitMs = 10_000) =>
        new Promise((resolve, reject) => {
          const look = () => {
            if (live().length < count) return
            done()
            resolve(undefined)
          }
          const timer = setTimeout(() => {
            done()
            reject(new Error(`${live().length} of ${count} gateway sessions after ${waitMs} ms.`))
          }, waitMs)
          const done = () => {
            clearTimeout(timer)
            state.bells.delete(look)
          }
          state.bells.add(look)
          look()
        }),
      drop: () => {
        for (const { ws } of live()) ws._socket.resetAndDestroy()
      },
      op7: () => signal(7, null),
      op9: (resumable) => {
        signal(9, resumable)
        if (!resumable) for (const session of live()) sessions.delete(session.id)
      },
      close: (code) => {
        for (const session of live()) {
          session.ws.close(code, 'Closed by the test.')
          if (FINAL.has(code)) sessions.delete(session.id)
        }
      },
      ignoreResume: (times = 1) => {
        deaf = times
      },
      silence: (ms) => {
        silentUntil = Date.now() + ms
        setTimeout(() => {
          const late = held
          held = []
          for (const [ws, frame] of late) write(ws, frame)
        }, ms + 1)
      },
    },
  }
}

export const gatewayFacts = (state) => ({
  url: state.origin.replace('http', 'ws'),
  shards: 1,
  session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
})
