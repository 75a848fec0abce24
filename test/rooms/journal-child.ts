// A web process for journal-kill.test.ts to kill: keeps clicks as fast as it can, prints the ids that were kept, and ships meanwhile.
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import pg from 'pg'
import { clickIds, pooled } from '../../src/links/click-id.ts'
import { clickSink } from '../../src/links/click-sink.ts'
import { openJournal } from '../../src/links/journal.ts'
import { createShipper } from '../../src/links/shipper.ts'

const [root = '', url = ''] = process.argv.slice(2)
const now = () => new Date(performance.timeOrigin + performance.now())
const journal = openJournal({ root, instance: `web-${process.pid}`, now, maxBytes: 200_000 })
const pool = new pg.Pool({ connectionString: url, options: '-c role=troupe_app', max: 2 })
createShipper({ journal, sink: clickSink(pool), now, rows: 100, pauseMs: 5 }).start()

const newClick = clickIds(Buffer.alloc(32, 1), pooled(randomBytes))
const fixed = {
  programId: 'prg_1',
  linkId: 'lnk_1',
  ip: '',
  userAgent: 'Mozilla/5.0 Firefox/143.0',
  referer: '',
  country: null,
  bot: false,
}
for (let i = 0; ; i++) {
  const at = now().getTime()
  const ids = Array.from({ length: 5 }, () => newClick(at).id)
  Promise.all(ids.map((id, n) => journal.append({ ...fixed, id, at, visitor: `${process.pid}-${i}-${n}` }))).then(() => {
    writeSync(1, `${ids.join('\n')}\n`)
  })
  await nextTurn()
}
