/** Laws of what happens once, in order and in time; see laws.ts. */
import type { Law } from './law.ts'

export const once: readonly Law[] = [
  {
    law: 'A press that comes twice is heard once',
    file: 'src/platforms/porter.ts',
    sound: '...rowOf(call),',
    broken: '...rowOf({ ...call, eventId: call.eventId + Math.random() }),',
    tests: ['test/platforms/dispatch.test.ts'],
    only: 'the same call heard twice',
  },
  {
    law: 'A webhook is acknowledged after its commit',
    file: 'src/http/hooks.ts',
    sound: 'if (await desk.kept(programId, heard)) return',
    broken: 'desk.kept(programId, heard).catch(() => {})\n  if (now) return',
    tests: ['test/http/hooks.test.ts'],
  },
  {
    law: 'A click is written before the shopper is sent on',
    file: 'src/links/journal.ts',
    sound: 'linesCount += clicks.length\n    flush()\n    return done',
    broken: 'linesCount += clicks.length\n    setTimeout(flush, 200)\n    return Promise.resolve(done && undefined)',
    tests: ['test/rooms/journal.test.ts'],
  },
  {
    law: 'The place in the journal moves with its clicks',
    file: 'src/links/click-sink.ts',
    sound: 'DO UPDATE SET "offset" = excluded."offset" WHERE',
    broken: 'DO UPDATE SET "offset" = held."offset" WHERE',
    tests: ['test/rooms/shipper.test.ts'],
  },
  {
    law: 'What became newer while it was sent is sent again',
    file: 'src/db/outbox.ts',
    sound: `CASE WHEN version = \${claimed.version} THEN 'done' ELSE 'due' END`,
    broken: `CASE WHEN version >= \${claimed.version} THEN 'done' ELSE 'due' END`,
    tests: ['test/db/outbox.test.ts'],
  },
  {
    law: 'A row that one worker holds is left alone by others',
    file: 'src/db/outbox.ts',
    sound: `AND ("leasedTo" IS NULL OR "leasedTo" <= \${now})`,
    broken: '',
    tests: ['test/db/outbox.test.ts'],
  },
  {
    law: 'Discord knows a message that is sent again by its nonce',
    file: 'src/platforms/discord/index.ts',
    sound: 'nonce: nonceOf(post.nonce), enforce_nonce: true',
    broken: 'nonce: nonceOf(post.nonce + Math.random())',
    tests: ['test/doors/discord/faults-rest.test.ts'],
    only: 'tried later with the same nonce',
  },
  {
    law: 'All processes share one pace',
    file: 'src/pace.ts',
    sound: 'const seats = openSeats(pool)\n  return (key, pace) => {',
    broken:
      'const seats = openSeats(pool)\n  const own = Math.random()\n  return (shared, pace) => {\n    const key = shared + own',
    tests: ['test/pace.test.ts'],
  },
  {
    law: 'No seat of a limit is taken by two',
    file: 'src/pace.ts',
    sound: " AND at <= clock_timestamp() + interval '1 second'",
    broken: '',
    tests: ['test/pace.test.ts'],
  },
  {
    law: 'A process that is to end takes up nothing more',
    file: 'src/jobs/absorb.ts',
    sound: '!app.leaving() && ',
    broken: '',
    tests: ['test/jobs/absorb.test.ts'],
  },
  {
    law: 'What a process lets go is due at once',
    file: 'src/jobs/deliver.ts',
    sound: 'app.database.within(door.programId, (db) => wait(db, row, app.clock()))',
    broken: 'Promise.resolve()',
    tests: ['test/jobs/deliver.test.ts'],
  },
  {
    law: 'A local time is a local time when the clocks change',
    file: 'src/kernel/time.ts',
    sound: 'return new Date(day.toPlainDateTime(at).toZonedDateTime(zone, { disambiguation }).epochMilliseconds)',
    broken:
      "return new Date(dayStart(day, zone).getTime() + (Number(at.slice(0, 2)) * 60 + Number(at.slice(3))) * 60_000 + (disambiguation === 'later' ? 0 : 0))",
    tests: ['test/kernel/time.test.ts'],
  },
  {
    law: 'Bytes are not removed under whoever stores the same',
    file: 'src/content/media.ts',
    sound: '  await holdBytes(world, sha256)\n',
    broken: '',
    tests: ['test/db/hold.test.ts'],
  },
]
