import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => openWebDoor(app, true) })
})
afterAll(() => w.close())

test('an address that a form was sent to leads back to its page: a phone that drops a page asks for it again', async () => {
  const { server } = await w.serve()
  const join = `/join/${w.programId}`
  for (const [sent, page] of [
    [`${join}/apply`, join],
    [`${join}/press`, join],
    [`${join}/connect`, join],
    ['/setup/shop/stripe', '/setup/shop'],
    ['/logout', '/dashboard'],
    ['/simulator/run', '/simulator'],
  ] as const) {
    const answer = await server.inject({ method: 'GET', url: sent, headers: { accept: 'text/html', host: 'localhost' } })
    expect([answer.statusCode, answer.headers.location], sent).toEqual([303, page])
  }
  const nobody = await server.inject({ method: 'GET', url: '/join/prg_none/apply', headers: { host: 'localhost' } })
  expect(nobody.statusCode).toBe(404)
})
