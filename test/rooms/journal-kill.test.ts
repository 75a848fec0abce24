import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { figure } from '../chaos/figure.ts'
import { clickDatabase, journalFolder } from './journal-folder.ts'

/** Six in every run; the long run asks for 200. */
const kills = Number(process.env.TEST_KILLS ?? 6)
const folder = journalFolder()
const clicks = clickDatabase()

test(
  'kill -9: no acknowledged click is lost, none is stored twice',
  async () => {
    const child = compileChild()
    const acked: string[] = []
    for (let kill = 0; kill < kills; kill++) {
      const web = spawn(process.execPath, [child, folder.path(), clicks.url], { stdio: ['ignore', 'pipe', 'inherit'] })
      let said = ''
      web.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      await once(web.stdout, 'data')
      await pause(40 + Math.random() * 250)
      web.kill('SIGKILL')
      await once(web, 'close')
      acked.push(...said.slice(0, said.lastIndexOf('\n')).split('\n'))
    }
    const before = (await clicks.stored()).length
    const shipper = clicks.ship(folder.open(), {}, 1000)
    expect(await shipper.shipAll()).toBe(true)
    const { rows } = await clicks.db.owner.query<{ id: string; times: number }>(
      'SELECT id, count(*)::int AS times FROM "Click" GROUP BY id',
    )
    const kept = new Set(rows.map((row) => row.id))
    expect(acked.length).toBeGreaterThan(500)
    expect(before).toBeGreaterThan(0)
    expect(acked.filter((id) => !kept.has(id))).toEqual([])
    expect(rows.filter((row) => row.times > 1)).toEqual([])
    expect(folder.lines()).toEqual([])
    figure('F1', 'kills / clicks acknowledged / lost / stored twice', `${kills} / ${acked.length} / 0 / 0`)
  },
  60_000 + kills * 2_000,
)

/** Node 20 does not run TypeScript: the child and what it imports are compiled beside node_modules, so that packages are found. */
function compileChild(): string {
  const project = join(import.meta.dirname, '../..')
  const outDir = join(project, 'node_modules/.cache/troupe-journal-child')
  const config = {
    extends: join(project, 'tsconfig.json'),
    compilerOptions: { outDir, rootDir: project, sourceMap: false },
    include: [],
    files: [join(project, 'test/rooms/journal-child.ts')],
  }
  fs.mkdirSync(outDir, { recursive: true })
  fs.writeFileSync(join(outDir, 'tsconfig.json'), JSON.stringify(config))
  fs.writeFileSync(join(outDir, 'package.json'), '{"type":"module"}')
  execFileSync(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '-p', join(outDir, 'tsconfig.json')], {
    stdio: 'inherit',
  })
  return join(outDir, 'test/rooms/journal-child.js')
}
