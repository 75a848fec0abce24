// What stands between Troupe and a Redis that others look after, each a sentence of its own.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { createLog } from '../src/log.ts'
import { openBell } from '../src/queue.ts'
import { hasRedis, ownRedis } from './chaos/servers.ts'

const beat = { name: 'beat', about: 'A beat.', everySeconds: 60, run: async () => {} }

test.skipIf(!hasRedis)('a user of Redis who may not do all that the queue does is told so, and what to give it', async () => {
  const redis = await ownRedis()
  const admin = new Redis(redis.url)
  const told = async (...rights: string[]) => {
    await admin.acl('SETUSER', 'troupe', 'reset', 'on', '>p@ss#1', ...rights)
    const bell = await openBell(redis.url.replace('//', '//troupe:p%40ss%231@'), new Map([['beat', beat]]), createLog('silent'))
    await bell.work(async () => {}).finally(bell.close)
  }
  const words = /^The user of QUEUE_URL may not do all that the queue needs: NOPERM .*~bull:\* &\* \+@all -@admin/
  try {
    await expect(told('~bull:*', '&*', '+@all', '-@dangerous')).rejects.toThrow(words)
    await expect(told('~other:*', '&*', '+@all')).rejects.toThrow(words)
    // As the sentence says.
    await told('~bull:*', '&*', '+@all', '-@admin')
  } finally {
    admin.disconnect()
    await redis.stop()
  }
})

test('a Redis whose certificate proves nothing is not taken for silent', async ({ skip }) => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-redis-'))
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=redis.glow.example', '-keyout', key, '-out', cert]
  try {
    execFileSync('openssl', ['req', '-x509', ...made], { stdio: 'ignore' })
  } catch {
    skip('there is no openssl')
  }
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(openBell(`rediss://127.0.0.1:${port}`, new Map(), createLog('silent'))).rejects.toThrow(
    /^The certificate of the Redis of QUEUE_URL can't be verified: self-signed certificate\. .*NODE_EXTRA_CA_CERTS/,
  )
  server.close()
  rmSync(dir, { recursive: true, force: true })
})
