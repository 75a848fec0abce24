/** Laws of the house, each with the smallest change that breaks it and the tests that must then fail. */

export type Law = {
  /** What would be lost without it. */
  law: string
  file: string
  /** Stands exactly once in the file; a test of every run holds that. */
  sound: string
  broken: string
  tests: string[]
  /** Of those files only the tests whose name holds this. */
  only?: string
}

const money: Law[] = [
  {
    law: 'Money is never a float',
    file: 'src/kernel/money.ts',
    sound: 'return { minor: divideHalfEven(m.minor * BigInt(bps), 10_000n), currency: m.currency }',
    broken: 'return { minor: BigInt(Math.round((Number(m.minor) * Number(bps)) / 10_000)), currency: m.currency }',
    tests: ['test/kernel/money.test.ts'],
  },
  {
    law: 'Rounding is half to even',
    file: 'src/kernel/money.ts',
    sound: '(twice === d && floor % 2n === 1n)',
    broken: 'twice === d',
    tests: ['test/kernel/money.test.ts'],
  },
  {
    law: 'The parts of a split add up',
    file: 'src/kernel/money.ts',
    sound: 'for (const { i } of remainders.slice(0, left)) parts[i] = parts[i]! + 1n',
    broken: 'for (const { i } of remainders.slice(1, left)) parts[i] = parts[i]! + 1n',
    tests: ['test/kernel/money.test.ts'],
  },
  {
    law: 'A refund counts the refunds before it',
    file: 'src/ledger/rules.ts',
    sound: 'subtract(subtract(booked, standing(booked, parts, left)), alreadyReversed)',
    broken: 'subtract(subtract(booked, standing(booked, parts, left)), zero(alreadyReversed.currency))',
    tests: ['test/rooms/ledger-rules.test.ts'],
  },
  {
    law: 'A delivery that comes twice is kept once',
    file: 'src/db/inbox.ts',
    sound: 'ON CONFLICT ("programId", source, "externalId") DO NOTHING RETURNING id',
    broken: 'RETURNING id',
    tests: ['test/db/inbox.test.ts'],
  },
  {
    law: 'A movement of money is booked once',
    file: 'src/ledger/service.ts',
    sound: 'because,\n      at: ctx.now,\n    },\n    skipDuplicates: true,',
    broken: 'because,\n      at: ctx.now,\n    },',
    tests: ['test/rooms/ledger.test.ts'],
    only: 'a key moves money once',
  },
  {
    law: 'A commission ripens when its hold ends, not before',
    file: 'src/ledger/mature.ts',
    sound: `AND "availableAt" <= \${ctx.now} AND "caseId" IS NULL`,
    broken: 'AND "caseId" IS NULL',
    tests: ['test/rooms/ledger.test.ts'],
    only: 'ripens when its hold ends',
  },
  {
    law: 'What a case withholds does not ripen',
    file: 'src/ledger/mature.ts',
    sound: `AND "availableAt" <= \${ctx.now} AND "caseId" IS NULL`,
    broken: `AND "availableAt" <= \${ctx.now}`,
    tests: ['test/rooms/ledger.test.ts'],
    only: 'what a case holds does not ripen',
  },
  {
    law: 'Two people release money',
    file: 'src/payouts/batches.ts',
    sound: 'if (preparedBy.personId !== ctx.actor.personId && batch.preparedBy !== ctx.actor.personId) return',
    broken: 'if (preparedBy) return',
    tests: ['test/commands/payout/confirm.test.ts'],
    only: 'a creator sees what is missing',
  },
  {
    law: 'A batch is released as it was seen',
    file: 'src/payouts/batches.ts',
    sound: 'if (digestOf(payments) !== digest)',
    broken: 'if (digest === undefined)',
    tests: ['test/commands/payout/confirm.test.ts'],
    only: 'what was changed after the look',
  },
]

const once: Law[] = [
  {
    law: 'A press that comes twice is heard once',
    file: 'src/platforms/porter.ts',
    sound: 'externalId: call.eventId,',
    broken: 'externalId: call.eventId + Math.random(),',
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
    sound: 'app.leaving() ? letGo(app, door, row) : ',
    broken: '',
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
]

const locks: Law[] = [
  {
    law: 'A signature of another length is wrong and no failure',
    file: 'src/kernel/signature.ts',
    sound: 'return left.length === right.length && timingSafeEqual(left, right)',
    broken: 'return timingSafeEqual(left, right)',
    tests: ['test/kernel/signature.test.ts'],
  },
  {
    law: 'Signatures are compared in constant time',
    file: 'src/connectors/generic.ts',
    sound: 'signatures.some((signature) => sameBytes(signature, expected))',
    broken: 'signatures.some((signature) => signature === expected)',
    tests: ['test/security/compare.test.ts'],
  },
  {
    law: 'A signed delivery is worth five minutes',
    file: 'src/connectors/generic.ts',
    sound: 'if (Math.abs(Math.floor(now.getTime() / 1000) - Number(at)) > TOLERANCE_SECONDS) return false',
    broken: 'if (Math.floor(now.getTime() / 1000) - Number(at) > TOLERANCE_SECONDS) return false',
    tests: ['test/connectors/generic.test.ts'],
  },
  {
    law: 'A click id is nothing without its seal',
    file: 'src/links/click-id.ts',
    sound: 'return timingSafeEqual(Buffer.from(seal), Buffer.from(sealOf(id, key))) ? id : null',
    broken: 'return seal.length === sealOf(id, key).length ? id : null',
    tests: ['test/rooms/click-id.test.ts'],
  },
  {
    law: 'A connection that could pass row-level security gives that up',
    file: 'src/db/client.ts',
    sound: "return rows[0]?.passes ? 'troupe_app' : undefined",
    broken: "return rows[0]?.passes ? undefined : 'troupe_app'",
    tests: ['test/db/tenant.test.ts'],
  },
  {
    law: 'The role is asked for at every press',
    file: 'src/platforms/dispatch.ts',
    sound: 'if (!mayRun(actor, cmd)) {',
    broken: 'if (!mayRun(actor, cmd) && !actor) {',
    tests: ['test/platforms/dispatch.test.ts'],
    only: 'a missing role',
  },
  {
    law: 'A form of the dashboard carries the mark of its session',
    file: 'src/http/session.ts',
    sound: "if (typeof token !== 'string' || !sameBytes(token, formToken(app, visitor))) {",
    broken: "if (typeof token !== 'string' || formToken(app, visitor) === '') {",
    tests: ['test/http/dashboard-forms.test.ts'],
  },
  {
    law: 'Signing in ends what the browser held before',
    file: 'src/http/session.ts',
    sound: 'if (before) await app.database.within(before.programId, (db) => endSession(db, before))',
    broken: 'if (before === null) return reply',
    tests: ['test/http/session.test.ts'],
  },
  {
    law: 'No private address is reached, whatever its name is',
    file: 'src/fetch.ts',
    sound: 'if (!allow.has(origin) && !addresses.every(isPublic))',
    broken: 'if (!allow.has(origin) && literal && !isPublic(bare))',
    tests: ['test/fetch.test.ts'],
  },
  {
    law: 'A link leads to the shops of its program alone',
    file: 'src/links/rules.ts',
    sound: 'if (!local && !allowedHosts.some((allowed) => hostAllowed(url, allowed))) {',
    broken: 'if (!local && allowedHosts.length === 0) {',
    tests: ['test/rooms/links-destinations.test.ts'],
  },
  {
    law: 'No cell of an export begins a formula',
    file: 'src/kernel/csv.ts',
    sound: '(formula.test(words) || guarded.test(words) ?',
    broken: "(words === '' ?",
    tests: ['test/rooms/roster-rules.test.ts', 'test/rooms/books-rules.test.ts'],
  },
  {
    law: 'What a card says pings nobody',
    file: 'src/platforms/discord/render.ts',
    sound: 'allowed_mentions: { parse: [] },\n      components: [{',
    broken: "allowed_mentions: { parse: ['everyone'] as never },\n      components: [{",
    tests: ['test/platforms/discord-render.test.ts'],
  },
]

const trade: Law[] = [
  {
    law: 'A decision is undone until its creator knows, not after',
    file: 'src/content/rules.ts',
    sound: "undo: { by: 'manager', from: ['approved', 'changes_requested', 'rejected'], to: 'submitted', told: false },",
    broken: "undo: { by: 'manager', from: ['approved', 'changes_requested', 'rejected'], to: 'submitted' },",
    tests: ['test/rooms/content-rules.test.ts', 'test/commands/review/undo.test.ts'],
  },
  {
    law: 'A creator is told when the time to undo is over',
    file: 'src/content/tell.ts',
    sound: 'const until = minutes(ctx.now, -policyOf(ctx.program).undoMinutes)',
    broken: 'const until = minutes(ctx.now, 0 * policyOf(ctx.program).undoMinutes)',
    tests: ['test/commands/review/undo.test.ts'],
  },
  {
    law: 'A season that is over stays as it was',
    file: 'src/recognition/reading.ts',
    sound: "const kept = period === 'last_week' ? await frozen(ctx, season, metric) : undefined",
    broken: "const kept = period === 'this_week' ? await frozen(ctx, season, metric) : undefined",
    tests: ['test/commands/leaderboard.test.ts'],
    only: 'a posted week stays',
  },
  {
    law: 'Nothing is approved without its disclosure',
    file: 'src/content/decide.ts',
    sound: 'await checkVerdict(ctx, before)\n  if (view.reviewers > 1 && before.firstBy === ctx.actor.personId)',
    broken: 'if (view.reviewers > 1 && before.firstBy === ctx.actor.personId)',
    tests: ['test/rooms/review.test.ts'],
    only: 'two films with a wrong caption',
  },
  {
    law: 'A gallery shows what rights cover today',
    file: 'src/reuse/queries.ts',
    sound: 'if (!judged.ok || !piece.approved ||',
    broken: 'if (!judged || !piece.approved ||',
    tests: ['test/rooms/reuse.test.ts'],
  },
  {
    law: 'Budgets of a mission are not overspent',
    file: 'src/content/decide.ts',
    sound: 'if (missionId) await spend(ctx, missionId, fee)',
    broken: 'if (missionId && fee.minor < 0n) await spend(ctx, missionId, fee)',
    tests: ['test/rooms/content.test.ts'],
    only: 'the eleventh approval',
  },
]

export const laws: readonly Law[] = [...money, ...once, ...locks, ...trade]
