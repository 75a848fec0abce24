import { afterAll, beforeAll, expect, test } from 'vitest'
import { mailCheck } from '../../src/doctor/mail.ts'
import { type Mailbox, mailbox } from '../mailbox.ts'

const from = 'troupe@glow.example'
let post: Mailbox
beforeAll(async () => {
  post = await mailbox()
})
afterAll(() => post.close())

test('a server that lets us in is good, and nothing is sent', async () => {
  expect(await mailCheck(post.url, from)).toEqual({
    name: 'Mail',
    ok: true,
    words: `127.0.0.1:${post.port} takes mail from ${from}`,
  })
  expect(post.mails).toEqual([])
  expect(await mailCheck(undefined, undefined)).toMatchObject({ ok: 'skipped' })
})

test('a wrong password, a silent port and a password without encryption are told with their fix', async () => {
  const wrong = await mailCheck(`smtp://mailer:wrong@127.0.0.1:${post.port}`, from)
  expect(wrong).toMatchObject({ ok: false, words: expect.stringContaining('refuses the user or the password') })
  expect(await mailCheck('smtp://127.0.0.1:1', from)).toMatchObject({ ok: false, fix: expect.stringContaining('587') })
  // Any name but that of this machine counts as far away.
  const open = await mailCheck(`smtp://mailer:p%40ss@0.0.0.0:${post.port}`, from)
  expect(open).toMatchObject({ ok: false, fix: expect.stringContaining('encrypted connection') })
})
