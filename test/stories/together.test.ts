/** Processes of several containers begin at once around one folder. Their numbers are often the same, as those of these threads are. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders: string[] = []
beforeAll(() => {
  execFileSync(process.execPath, ['start.mjs', '--build-only'], { cwd: root })
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-together-'))
  folders.push(folder)
  return folder
}

/** What each of three gives back, or the sentence it ends with; `work` runs in all of them from the same moment on. */
function together(folder: string, work: string): Promise<string[]> {
  const shared = new Int32Array(new SharedArrayBuffer(4))
  const code = `const { parentPort, workerData: { shared, folder, dist } } = require('node:worker_threads')
    const fs = require('node:fs')
    Promise.all([import(dist + 'db/folder.js'), import(dist + 'seal.js')]).then(([{ makeFolder }, { readSecret }]) => {
      Atomics.add(shared, 0, 1)
      while (Atomics.load(shared, 0) < 3);
      ${work}
    }).catch((error) => parentPort.postMessage(error.message))`
  const one = () =>
    new Promise<string>((resolve, reject) => {
      const worker = new Worker(code, { eval: true, workerData: { shared, folder, dist: join(root, 'dist/src/') } })
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  return Promise.all([one(), one(), one()])
}

test('none of them finds that the folder can not be written, because another one has just tried the same', async () => {
  const tries = "for (let n = 0; n < 2000; n++) makeFolder(folder); parentPort.postMessage('made')"
  expect(await together(newFolder(), tries)).toEqual(['made', 'made', 'made'])
})

const secret = "parentPort.postMessage(readSecret(undefined, folder).toString('base64'))"
const unlinkable = `fs.linkSync = () => { throw Object.assign(new Error('no links here'), { code: 'EPERM' }) }
  require('node:module').syncBuiltinESMExports()`

test.each([
  ['anywhere', ''],
  ['where a file system knows no links', unlinkable],
])('the key of the first is the key of all, and the one that is kept: %s', async (_, before) => {
  for (let n = 0; n < 20; n++) {
    const folder = newFolder()
    const keys = await together(folder, `${before}\n${secret}`)
    expect(new Set([...keys, readFileSync(join(folder, 'secret.key'), 'utf8')]).size).toBe(1)
    expect(readdirSync(folder)).toEqual(['secret.key'])
  }
})

test('the same video that comes to all of them at once is kept once, and none of them breaks', async () => {
  const bytes = Buffer.alloc(100_000, 1)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const take = `const { threadId } = require('node:worker_threads')
    const path = folder + '/upload-' + threadId
    fs.writeFileSync(path, Buffer.alloc(100_000, 1))
    import(dist + 'content/store.js').then(({ openMedia }) => openMedia(folder + '/media').take('${sha256}', path))
      .then(() => parentPort.postMessage('kept'), (error) => parentPort.postMessage(String(error)))`
  for (let n = 0; n < 5; n++) {
    const folder = newFolder()
    expect(await together(folder, take)).toEqual(['kept', 'kept', 'kept'])
    expect(readdirSync(folder)).toEqual(['media'])
    expect(readdirSync(join(folder, 'media', sha256.slice(0, 2)))).toEqual([sha256])
  }
}, 60_000)
