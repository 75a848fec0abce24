// Behind a real nginx with deploy/nginx.conf: shoppers keep their address, signed bodies arrive as they were sent, large films too, which
// go on where they broke off, and open pages hear at once.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { numbers } from '../../src/http/numbers.ts'
import { upload } from '../../src/http/upload.ts'
import { Browser } from '../browser.ts'
import { buttonsOf } from '../chat.ts'
import { needs } from '../database.ts'
import { film } from '../pictures.ts'
import { freePort } from '../port.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { root } from '../tidy/sources.ts'
import { secretOf, type World, world } from '../world.ts'

const program = needs('nginx')

describe.skipIf(!program)('behind nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-nginx-'))
  let w: World
  let nginx: ChildProcess
  let origin: string

  beforeAll(async () => {
    w = await world({ environment: { TRUST_PROXY: '1' }, mounts: (app) => [dashboard(app), numbers(app, 50), upload(app)] })
    const { server } = await w.serve()
    await server.listen({ port: 0, host: '127.0.0.1' })
    const [ours, theirs] = [(server.server.address() as AddressInfo).port, await freePort()]
    const said = readFileSync(join(root, 'deploy/nginx.conf'), 'utf8')
    const conf = said.replace('127.0.0.1:3000', `127.0.0.1:${ours}`).replace('listen 80;', `listen 127.0.0.1:${theirs};`)
    const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n')
    // As root, its workers would be nobody, who may not write here.
    const user = process.getuid?.() === 0 ? 'user root;\n' : ''
    const around = `${user}daemon off;\npid ${folder}/pid;\nerror_log ${folder}/error;\nevents {}\nhttp {\naccess_log off;\n${own}\n${conf}}\n`
    writeFileSync(join(folder, 'nginx.conf'), around)
    nginx = spawn(program!, ['-p', folder, '-e', join(folder, 'error'), '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
    origin = `http://127.0.0.1:${theirs}`
    for (let tries = 0; tries < 200; tries++) {
      if (await fetch(`${origin}/health`).catch(() => undefined)) return
      await pause(25)
    }
    throw new Error(`nginx did not answer: ${readFileSync(join(folder, 'error'), 'utf8')}`)
  })
  afterAll(async () => {
    nginx.kill()
    await once(nginx, 'exit')
    await w.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('a shopper is who nginx saw, whoever they say they are; the numbers of the machine are not for them', async () => {
    const mia = await w.creator('Mia')
    const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
    const headers = { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'Mozilla/5.0 (Macintosh) Version/18.1 Safari/605.1.15' }
    const answer = await fetch(`${origin}/${slug}?utm_source=bio`, { redirect: 'manual', headers })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toContain('cid=clk_')
    await (await w.serve()).clicks.shipper.shipAll()
    expect(await w.within((ctx) => ctx.db.click.findMany({ select: { ip: true } }))).toEqual([{ ip: '127.0.0.0' }])
    expect((await fetch(`${origin}/metrics`)).status).toBe(404)
  })

  test('a signed delivery arrives as it was sent', async () => {
    const data = { id: '1', number: '#1', at: '2026-11-20T11:00:00Z', currency: 'EUR', total: '100.00', codes: [], items: [] }
    const body = JSON.stringify({ type: 'order.created', data }, null, 2)
    const signature = new Webhook(await secretOf(w.app, w.programId, 'generic')).sign('msg_1', w.now, body)
    const stamp = String(Math.floor(w.now.getTime() / 1_000))
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': stamp, 'webhook-signature': signature }
    const hook = `${origin}/hooks/generic/${w.programId}`
    const sent = await fetch(hook, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body })
    expect(sent.status).toBe(202)
  })

  test('a film that broke off goes on where it was left, though nginx stands between', async () => {
    const { card } = await (await w.creator('Noa')).ask('upload', {})
    const button = buttonsOf(card!).find((one) => 'url' in one)!
    const page = 'url' in button ? new URL(button.url).pathname : ''
    const bytes = film('isom', [], Buffer.alloc(3_000_000))
    const tus = { 'tus-resumable': '1.0.0' }
    const named = `filename ${Buffer.from('clip.mp4').toString('base64')}`
    const made = await fetch(`${origin}${page}/file`, {
      method: 'POST',
      headers: { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': named },
    })
    const part = `${origin}${made.headers.get('location')}`
    const patch = (offset: number) => ({
      method: 'PATCH',
      headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    })
    await new Promise<void>((resolve) => {
      const head = patch(0)
      const asked = request(part, { ...head, headers: { ...head.headers, 'content-length': String(bytes.length) } })
      asked.on('error', () => resolve())
      asked.write(bytes.subarray(0, 1_000_000), () => setTimeout(() => asked.destroy(new Error('gone')), 200))
    })
    let offset = 0
    for (let tries = 0; offset === 0 && tries < 100; tries++) {
      await pause(50)
      const answer = await fetch(part, { method: 'HEAD', headers: tus })
      offset = Number(answer.headers.get('upload-offset') ?? 0)
    }
    expect(offset).toBeGreaterThan(500_000)
    const rest = await fetch(part, { ...patch(offset), body: Buffer.from(bytes.subarray(offset)) })
    expect(rest.status).toBe(204)
    expect(rest.headers.get('upload-offset')).toBe(String(bytes.length))
  })

  test('an open page hears at once that the numbers moved, and a form of this page is taken', async () => {
    const browser = new Browser((await w.serve()).server)
    await browser.signIn(await w.manager('Ana'))
    const cookie = Object.entries(browser.cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ')
    const heard = new Promise<string>((resolve, reject) => {
      const asked = request(`${origin}/dashboard/events`, { headers: { cookie } }, (answer) => {
        answer.on('data', (bytes: Buffer) => {
          const words = bytes.toString()
          if (words.includes('retry'))
            enlist(w, 'Ida')
              .then((ida) => tell(w, order('7', { codes: [ida.code] })))
              .catch(reject)
          if (!words.includes('event: numbers')) return
          resolve(words)
          asked.destroy()
        })
      })
      asked.on('error', reject)
      asked.end()
    })
    expect(await heard).toContain('event: numbers')
    // An old browser says only where the form came from, which has to be the name that it asked for.
    const sent = await fetch(`${origin}/logout`, { method: 'POST', redirect: 'manual', headers: { cookie, origin } })
    expect(await sent.text()).not.toContain('came from another page')
    const foreign = await fetch(`${origin}/logout`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: 'https://elsewhere.example' },
    })
    expect(await foreign.text()).toContain('came from another page')
  })
})
