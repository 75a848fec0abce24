/** Every route and verb of the server, with what each kind of person is answered. A route without a row fails. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { buildServer } from '../../src/http/server.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { checkSlug, parseSlug } from '../../src/links/rules.ts'
import { type Asked, type Asker, askers, openStage, routesOf } from './stage.ts'

// In the order of `askers`: nobody, the admin of another program, creator, manager, admin, and an admin whom another page sent here.
// 401 and 403 say who may; 404 and 410 are what an address of somebody else's looks like; 400 came past the doorman.
const rows: Record<string, string> = {
  // The same for everybody: what it shows or does hangs on the address, a signature or a form of its own.
  'GET /': '302 302 302 302 302 302',
  'GET /metrics': '404 404 404 404 404 404',
  'GET /media/:file': '404 404 404 404 404 404',
  'GET /health': '503 503 503 503 503 503',
  'GET /health/live': '200 200 200 200 200 200',
  'POST /hooks/:source/:program': '401 401 401 401 401 401',
  'GET /simulator': '200 200 200 200 200 200',
  'GET /simulator/fragment': '403 403 403 403 403 403',
  'GET /simulator/run': '303 303 303 303 303 303',
  'GET /simulator/commands': '403 403 403 403 403 403',
  'GET /simulator/suggest': '403 403 403 403 403 403',
  'GET /simulator/events': '403 403 403 403 403 403',
  'POST /simulator/run': '403 403 403 403 403 403',
  'POST /simulator/dismiss': '403 403 403 403 403 403',
  'POST /simulator/dashboard': '403 403 403 403 403 403',
  'POST /simulator/persona': '403 403 403 403 403 403',
  'POST /simulator/program': '403 403 403 403 403 403',
  'POST /simulator/programs': '403 403 403 403 403 403',
  'GET /sign-in': '200 200 200 200 200 200',
  'POST /sign-in': '200 200 200 200 200 403',
  'GET /shop/:program': '200 200 200 200 200 200',
  'POST /shop/:program/orders': '403 403 403 403 403 403',
  'POST /shop/:program/refunds': '403 403 403 403 403 403',
  'GET /share/:program': '200 200 200 200 200 200',
  'POST /share/:program': '200 200 200 200 200 403',
  'GET /share/:program/mine/:token': '404 404 404 404 404 404',
  'POST /share/:program/mine/:token/video': '404 404 404 404 404 403',
  'POST /share/:program/mine/:token/withdraw': '404 404 404 404 404 403',
  'GET /login/:pass': '410 410 410 410 410 410',
  'POST /login/:pass': '410 410 410 410 410 403',
  'GET /details/form': '410 410 410 410 410 410',
  'POST /details/form': '410 410 410 410 410 403',
  'POST /details/stripe': '410 410 410 410 410 403',
  'GET /details/stripe/refresh': '410 410 410 410 410 410',
  'GET /details/stripe/return': '410 410 410 410 410 410',
  'GET /details/:pass': '410 410 410 410 410 410',
  'POST /details/:pass': '410 410 410 410 410 403',
  'GET /join/:program': '200 200 200 200 200 200',
  'GET /join/:program/:sent': '303 303 303 303 303 303',
  'POST /join/:program/apply': '403 403 403 403 403 403',
  'POST /join/:program/claim': '403 403 403 403 403 403',
  'POST /join/:program/connect': '403 403 403 403 403 403',
  'POST /join/:program/press': '403 403 403 403 403 403',
  'POST /join/:program/dashboard': '403 403 403 403 403 403',
  'GET /gallery/embed.js': '200 200 200 200 200 200',
  'GET /gallery/style.css': '200 200 200 200 200 200',
  'GET /gallery/:pass': '404 404 404 404 404 404',
  'GET /gallery/:pass/feed.json': '404 404 404 404 404 404',
  'GET /gallery/:pass/feed.rss': '404 404 404 404 404 404',
  'POST /gallery/:pass/seen': '400 400 400 400 400 400',
  'GET /gallery/:pass/:item': '404 404 404 404 404 404',
  'GET /gallery/:pass/:item/film': '404 404 404 404 404 404',
  'GET /logout': '303 303 303 303 303 303',
  'GET /setup/shop/:source': '303 303 303 303 303 303',
  'GET /upload/:pass': '410 410 410 410 410 410',
  'GET /upload/:pass/state': '410 410 410 410 410 410',
  'POST /upload/:pass/file': '410 410 410 410 410 410',
  'PATCH /upload/:pass/file/:part': '410 410 410 410 410 410',
  'DELETE /upload/:pass/file/:part': '410 410 410 410 410 410',
  'GET /unsubscribe/:program/:person/:kind/:proof': '404 404 404 404 404 404',
  'POST /unsubscribe/:program/:person/:kind/:proof': '404 404 404 404 404 404',
  'GET /:slug': '404 404 404 404 404 404',
  'POST /slack/events': '401 401 401 401 401 401',
  'GET /slack/install': '302 302 302 302 302 302',
  'GET /slack/oauth_redirect': '400 400 400 400 400 400',
  // For those who are signed in.
  'GET /setup/shop': '401 200 403 403 200 200',
  'POST /setup/shop/:source': '401 400 403 403 400 403',
  'POST /logout': '401 403 403 403 403 403',
  'GET /dashboard': '401 200 200 200 200 200',
  'POST /dashboard/run': '401 400 400 400 400 403',
  'GET /dashboard/events': '401 200 403 200 200 200',
  'GET /dashboard/:page': '401 200 303 200 200 200',
  'GET /roster/:bulk': '401 404 403 200 404 404',
  'POST /roster/:bulk': '401 404 403 200 404 403',
  'GET /papers/:file': '401 404 200 404 200 200',
  'GET /payouts/:batch': '401 404 403 403 200 200',
  'GET /payouts/:batch/:sent': '401 404 403 403 200 200',
  'POST /payouts/:batch/file': '401 404 403 403 409 403',
  'POST /payouts/:batch/results': '401 404 403 403 400 403',
  'GET /privacy/export': '401 200 200 200 200 200',
  'GET /exports/:set': '401 404 404 200 200 200',
  // The bells ring for all programs together and hold ids alone: every admin may look, and nobody may touch.
  'GET /queue': '403 200 403 403 200 200',
  'GET /queue/metrics-history': '403 200 403 403 200 200',
  'GET /queue/job-schedulers': '403 200 403 403 200 200',
  'GET /queue/queue/:queueName': '403 200 403 403 200 200',
  'GET /queue/queue/:queueName/:jobId': '403 200 403 403 200 200',
  'GET /queue/api/redis/stats': '403 403 403 403 403 403',
  'GET /queue/api/queues': '403 200 403 403 200 200',
  'GET /queue/api/queues/:queueName/metrics': '403 200 403 403 200 200',
  'GET /queue/api/queues/:queueName/default-job-options': '403 200 403 403 200 200',
  'GET /queue/api/queues/:queueName/workers': '403 403 403 403 403 403',
  'GET /queue/api/queues/:queueName/rate-limit': '403 200 403 403 200 200',
  'GET /queue/api/queues/:queueName/job-data-schema': '403 200 403 403 200 200',
  'GET /queue/api/queues/:queueName/:jobId': '403 200 403 403 200 200',
  'GET /queue/api/queues/:queueName/:jobId/logs': '403 200 403 403 200 200',
  'GET /queue/api/queues/:queueName/:jobId/flow': '403 200 403 403 200 200',
  'GET /queue/api/job-schedulers': '403 200 403 403 200 200',
  'GET /queue/static/*': '403 200 403 403 200 200',
  'PUT /queue/api/queues/pause': '403 405 403 403 405 405',
  'PUT /queue/api/queues/resume': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/rate-limit': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/rate-limit/release': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/retry/:queueStatus': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/resume': '403 405 403 403 405 405',
  'PATCH /queue/api/queues/:queueName/job-schedulers/:schedulerId': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/job-schedulers/:schedulerId/remove': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/job-schedulers/:schedulerId/run': '403 405 403 403 405 405',
  'POST /queue/api/queues/:queueName/add': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/promote': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/pause': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/clean/:queueStatus': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/concurrency': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/empty': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/obliterate': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/:jobId/retry': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/:jobId/remove-unprocessed-children': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/:jobId/clean': '403 405 403 403 405 405',
  'PUT /queue/api/queues/:queueName/:jobId/promote': '403 405 403 403 405 405',
  'PATCH /queue/api/queues/:queueName/:jobId/priority': '403 405 403 403 405 405',
  'PATCH /queue/api/queues/:queueName/:jobId/update-data': '403 405 403 403 405 405',
  'PATCH /queue/api/queues/:queueName/:jobId/delay': '403 405 403 403 405 405',
}

/** These count nothing: a signature or a key is the limit, or the answer lies ready in memory. */
const unlimited =
  /^(POST \/hooks\/|POST \/slack\/events$|GET \/assets\/|GET \/gallery\/(embed\.js|style\.css)$|GET \/metrics$|GET \/dashboard\/events$|GET \/simulator)/

/** The board of the bells styles itself and names its base; a script comes from this server alone there too. */
const boards =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'self'"

type Answer = Asked & { route: string; asker: Asker }
let stage: Awaited<ReturnType<typeof openStage>>
let routes: string[]
const answers: Answer[] = []
beforeAll(async () => {
  stage = await openStage()
  routes = routesOf(stage.server.printRoutes({ commonPrefix: false }))
  for (const route of routes) {
    const [verb, path] = route.split(' ') as [string, string]
    for (const asker of askers) answers.push({ ...(await stage.ask(verb, path, asker)), route, asker })
  }
}, 300_000)
afterAll(() => stage?.close())

test('every route has a row, and every row a route', () => {
  const wanted = routes.filter((route) => !route.startsWith('GET /assets/'))
  expect(wanted.length).toBeGreaterThan(60)
  expect(wanted.sort()).toEqual(Object.keys(rows).sort())
})

test('no link can be called as a page of ours is, for a link in memory is answered before any page', () => {
  const named = routes.map((route) => route.split(' /')[1]!.split('/')[0]!).filter((name) => /^[a-z0-9-]{2,}$/.test(name))
  expect(new Set(named).size).toBeGreaterThan(20)
  for (const name of named) expect(() => checkSlug(name), name).toThrow(Refusal)
  const pages = routes.map((route) => route.split(' /')[1]!).filter((path) => /^[a-z0-9-]{2,}$/.test(path))
  expect(pages.filter((page) => parseSlug(page) !== null)).toEqual([])
})

test('a link that was called as pages of ours begin, when it could be, still leads on', () => {
  expect(['details', 'exports', 'papers', 'roster'].map(parseSlug)).toEqual(['details', 'exports', 'papers', 'roster'])
})

test('each is answered as the table says', () => {
  const said = Object.fromEntries(
    Object.keys(rows).map((route) => [
      route,
      answers
        .filter((one) => one.route === route)
        .map(({ status }) => status)
        .join(' '),
    ]),
  )
  expect(said).toEqual(rows)
})

test('no page of the program is opened to somebody of another one by its address', () => {
  const named = Object.entries(rows).filter(([route]) => /:(bulk|batch|file|set)/.test(route))
  expect(named.length).toBeGreaterThanOrEqual(7)
  for (const [route, row] of named) expect(row.split(' ')[1], route).toBe('404')
})

test('nobody changes a bell, and what is shown of them names nobody', async () => {
  const { w, server, cookies } = stage
  const seen = await server.inject({
    url: '/queue/api/queues?activeQueue=troupe-bells&status=delayed',
    cookies: cookies.stranger,
    headers: { host: 'localhost' },
  })
  expect(seen.json().queues[0].jobs.map(({ data }: { data: unknown }) => data)).toEqual([{ of: 'somebody' }])
  expect(await w.app.bell!.counts()).toMatchObject({ delayed: 1 })
  expect(await w.app.bell!.queue.isPaused()).toBe(false)
})

test('what another page sends changes nothing, with whoever’s cookies', () => {
  const changing = Object.entries(rows).filter(([route]) => !route.startsWith('GET '))
  // A signature, a proof or a pass in the address stands for the person there, and no cookie is read.
  const byAddress = /^POST \/(hooks|unsubscribe|gallery|slack)\/|\/upload\//
  const open = changing.filter(([route, row]) => !/^40[35]$/.test(row.split(' ')[5]!) && !byAddress.test(route))
  expect(open).toEqual([])
})

test('every answer says that it is what it says, and no page may be framed or run anything of others', () => {
  const pages = answers.filter(({ headers }) => String(headers['content-type']).includes('text/html'))
  expect(pages.length).toBeGreaterThan(200)
  for (const { route, headers } of answers) expect(headers['x-content-type-options'], route).toBe('nosniff')
  for (const { route, headers } of pages) {
    const policy = String(headers['content-security-policy'])
    if (/ \/queue/.test(route)) {
      expect(policy, route).toBe(boards)
      continue
    }
    const sandboxed = policy === "default-src 'none'; sandbox"
    if (!sandboxed) expect(policy, route).toMatch(/default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/)
    expect(policy, route).not.toMatch(/unsafe|\*|https?:(?!\/\/connect\.stripe\.com)/)
    if (!sandboxed) expect(headers['x-frame-options'], route).toBe('SAMEORIGIN')
  }
})

test('every public route is limited', () => {
  const free = answers.filter(({ headers, route }) => headers['x-ratelimit-limit'] === undefined && !unlimited.test(route))
  expect([...new Set(free.map(({ route }) => route))]).toEqual([])
})

test('where other machines may reach the simulator, every page of it asks for the key, and nothing else does', async () => {
  const { w } = stage
  const { clicks } = await w.serve()
  const server = await buildServer(w.app, clicks, { mounts: openWebDoor(w.app, true), key: 'open-sesame' })
  const shut = Object.keys(rows).filter((route) => /^(GET|POST) \/(simulator|shop\/|$)/.test(route))
  expect(shut.length).toBeGreaterThanOrEqual(14)
  for (const route of shut) {
    const [method, path] = route.split(' ') as ['GET', string]
    expect((await server.inject({ method, url: stage.addressOf(path) })).statusCode, route).toBe(401)
  }
  for (const route of Object.keys(rows).filter((one) => !shut.includes(one))) {
    const [method, path] = route.split(' ') as ['GET', string]
    expect((await server.inject({ method, url: stage.addressOf(path) })).body, route).not.toContain('asks for the key')
  }
  await server.close()
})
