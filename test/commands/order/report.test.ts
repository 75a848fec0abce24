import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../../src/http/doors.ts'
import { days } from '../../../src/kernel/time.ts'
import { Browser } from '../../browser.ts'
import { buttonsOf } from '../../chat.ts'
import { csv, handOver } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({
    mounts: (app) => {
      const mounts = openWebDoor(app, false)
      app.platforms.set('web', w.door)
      return mounts
    },
  })
})
afterAll(() => w.close())

test('the report opens behind a link that works once; another import is nobody’s', async () => {
  const ana = await w.manager('Ana')
  const file = await handOver(w, csv('order,date,currency,total', '1,2026-11-20,EUR,=10', '2,2026-11-20,EUR,10'), 'two.csv')
  await ana.run('order adopt', { file: file.ref })
  const { id } = await w.within((ctx) => ctx.db.import.findFirstOrThrow())
  expect(await ana.run('order report', { import: id })).toContain('still running')
  await w.app.runJob('import')
  await ana.press('Get report')
  const [button] = buttonsOf(ana.last!)
  const browser = new Browser((await w.serve()).server)
  await browser.get(new URL(button && 'url' in button ? button.url : '').pathname)
  await browser.post(browser.page.url, {})
  expect(browser.page.html).toContain('left out')
  expect(browser.page.html).toContain('not credited')
  expect(await ana.run('order report', { import: 'imp_01M7WD7TG0BJNG1549QG50EARE' })).toContain('does not exist')
  expect(await (await w.creator('Mia')).run('order report', { import: id })).toContain('is for managers')
})

test('a report that is kept no longer says so, and what brings a new one', async () => {
  const bo = await w.manager('Bo')
  const file = await handOver(w, csv('order,date,currency,total', '7,2026-11-20,EUR,10'), 'seven.csv')
  await bo.run('order adopt', { file: file.ref })
  await w.app.runJob('import')
  w.at(days(w.now, 31))
  await w.app.runJob('retention')
  const { text } = await bo.press('Get report')
  expect(text).toMatch(/This report is gone: they are kept for thirty days\.[\s\S]*Import the list again/)
})
