/** Socket Mode: single-use tickets, hello, envelopes and their acks, and the ways a socket fails. */
import { randomBytes, randomUUID } from 'node:crypto'
import { WebSocketServer } from 'ws'

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('ws').WebSocket} Socket */

const pingEvery = 10_000

/** @param {State} state @param {import('node:http').Server} server */
export function socketMode(state, server) {
  const wss = new WebSocketServer({ noServer: true, autoPong: false })
  const tickets = new Set()
  /** @type {Map<string, { done: (body: any) => void, fail: (error: Error) => void, socket: Socket }>} */
  const pending = new Map()
  /** @type {Set<Socket>} */
  const open = new Set()
  let quietUntil = 0
  const silent = () => Date.now() < quietUntil

  server.on('upgrade', (request, tcp, head) => {
    const ticket = new URL(request.url ?? '', 'http://x').searchParams.get('ticket')
    if (!tickets.delete(ticket)) {
      state.breach('ticket', 'a socket url works once')
      tcp.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      return
    }
    wss.handleUpgrade(request, tcp, head, (socket) => welcome(socket))
  })

  const welcome = (/** @type {Socket} */ socket) => {
    if (silent()) return
    open.add(socket)
    const beat = setInterval(() => silent() || socket.ping(), pingEvery)
    socket.on('ping', (bytes) => silent() || socket.pong(bytes))
    socket.on('message', (raw) => silent() || receive(JSON.parse(String(raw))))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      clearInterval(beat)
      open.delete(socket)
      for (const [id, one] of pending) if (one.socket === socket) settle(id)?.fail(new Error('the socket closed'))
    })
    const about = {
      type: 'hello',
      num_connections: open.size,
      debug_info: { host: 'local', approximate_connection_time: 18060 },
      connection_info: { app_id: state.appId },
    }
    socket.send(JSON.stringify(about))
  }

  const settle = (/** @type {string} */ id) => {
    const one = pending.get(id)
    pending.delete(id)
    return one
  }

  const receive = (/** @type {any} */ frame) => {
    const one = settle(frame.envelope_id)
    if (one) one.done(frame.payload)
    else state.breach('ack', `an ack for the unknown or already acked envelope ${frame.envelope_id}`)
  }

  return {
    /** A url for one connection. */
    openSocket: () => {
      const ticket = randomBytes(16).toString('hex')
      tickets.add(ticket)
      return `${state.origin.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${state.appId}`
    },
    count: () => (silent() ? 0 : open.size),
    /** Sends one envelope over the newest socket; resolves with the ack's payload. @param {string} type @param {any} payload @param {number} retry */
    send: (type, payload, retry) =>
      new Promise((done, fail) => {
        const socket = [...open].filter((s) => s.readyState === s.OPEN).at(-1)
        if (!socket) return fail(new Error('no socket is open'))
        const id = randomUUID()
        pending.set(id, { done, fail, socket })
        const tried = type === 'events_api' ? { retry_attempt: retry, retry_reason: retry > 0 ? 'timeout' : '' } : {}
        if (!silent())
          socket.send(
            JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api', ...tried }),
          )
      }),
    disconnectFrame: (reason = 'refresh_requested') => {
      for (const socket of open) {
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local' } }))
        open.delete(socket)
      }
    },
    drop: () => {
      for (const socket of open) socket.terminate()
    },
    /** @param {number} ms */
    silence: (ms) => {
      quietUntil = Date.now() + ms
    },
  }
}
