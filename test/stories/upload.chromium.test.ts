/** A film of 60 MB from a phone, in a real browser: the connection goes, the page is opened again, and it goes on where it stopped. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { aPhone, executablePath, fitsAThumb, isAccessible, openBrowser } from '../chromium.ts'
import { box, film } from '../pictures.ts'
import { freePort } from '../port.ts'
import { type World, world } from '../world.ts'

const MB = 1024 * 1024

describe.skipIf(executablePath === null)('a large file from a phone', () => {
  let browser: Browser
  let w: World
  let mia: Persona
  const folder = mkdtempSync(join(tmpdir(), 'troupe-upload-'))
  const wrong: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    w = await world({ port, mounts: (app) => openWebDoor(app, false) })
    mia = await w.creator('Mia')
    const { server } = await w.serve()
    await server.listen({ port, host: 'localhost' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await w?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function isFine(page: Page): Promise<void> {
    await isAccessible(page)
    await fitsAThumb(page, '.button')
  }

  test('sent, cut off, opened again, gone on with, and handed in', async () => {
    const path = join(folder, 'my week.mp4')
    writeFileSync(path, film('isom', [], box('free', randomBytes(60 * MB))))
    const { card } = await mia.ask('upload')
    const [button] = buttonsOf(card!)
    const link = button && 'url' in button ? button.url : ''
    await mia.sees()
    const context = await browser.newContext(aPhone)
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => wrong.push(error.message))
    const sentTo: number[] = []
    page.on('request', (request) => {
      if (request.method() === 'PATCH') sentTo.push(Number(request.headers()['upload-offset']))
    })
    page.on('dialog', (dialog) => dialog.accept())
    const line = await context.newCDPSession(page)
    const connection = (offline: boolean, uploadThroughput: number) =>
      line.send('Network.emulateNetworkConditions', { offline, uploadThroughput, downloadThroughput: -1, latency: 0 })
    await page.goto(link)
    await page.waitForSelector('text=Choose a file')
    await isFine(page)
    await connection(false, 6 * MB)
    await page.setInputFiles('input[type=file]', path)
    await page.waitForSelector('text=/^(1[5-9]|[2-4]\\d) %/')
    await isFine(page)
    await connection(true, 6 * MB)
    await page.waitForSelector('text=trying again')
    await connection(false, -1)
    await page.reload()
    await page.waitForSelector('text=/of it are here/')
    await isFine(page)
    const before = sentTo.length
    await page.setInputFiles('input[type=file]', path)
    await page.waitForSelector('text=Your file is here')
    await isFine(page)
    // What was there already was not sent again.
    expect(Math.min(...sentTo.slice(before))).toBeGreaterThanOrEqual(4 * MB)
    expect(wrong).toEqual([])
    const told = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key: { startsWith: 'upload:' } } }))
    expect(JSON.stringify(told.payload)).toMatch(/Your file arrived.*my week\.mp4.*60 MB.*Hand it in/)
    await context.close()
  })
})
