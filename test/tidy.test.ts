/** The house rules of CONTRIBUTING, read from the sources themselves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  allExports,
  allFiles,
  allImports,
  code,
  type Export,
  files,
  functionLengths,
  type Import,
  root,
  text,
  under,
} from './tidy/sources.ts'

const rooms = [
  'programs',
  'people',
  'ledger',
  'creators',
  'links',
  'trust',
  'payouts',
  'orders',
  'campaigns',
  'assets',
  'gifts',
  'rights',
  'content',
  'results',
  'moments',
  'shares',
  'reuse',
  'recognition',
  'rewards',
  'insight',
  'messages',
  'privacy',
]
const pureDrawers = /^(rules|cards|disclosure|rights|presets|experiment)(-[a-z-]+)?\.ts$/

const imports = allImports.filter((i) => files.includes(i.file))
const offenders = (rule: (i: Import) => boolean): string[] =>
  imports.filter(rule).map((i) => `${i.file}:${i.line} imports ${i.target}`)
const ours = (i: Import): boolean => /^(src|commands|prisma)\//.test(i.target)
const roomOf = (path: string): string | undefined => rooms.find((room) => path.startsWith(`src/${room}/`))

test('the reader saw the house', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(imports.length).toBeGreaterThan(150)
  expect(imports.filter(ours).every((i) => existsSync(join(root, i.target)))).toBe(true)
})

test('kernel, config, log and discover import nothing of ours', () => {
  const alone = /^src\/(config|env-file|log|discover)\.ts$/
  expect(offenders((i) => i.file.startsWith('src/kernel/') && ours(i) && !i.target.startsWith('src/kernel/'))).toEqual([])
  expect(offenders((i) => alone.test(i.file) && ours(i) && !/^src\/(root|env-file)\.ts$/.test(i.target))).toEqual([])
})

test('rules and cards are pure: kernel and their own room only, types aside', () => {
  const pure = (file: string) => roomOf(file) !== undefined && pureDrawers.test(file.split('/').at(-1)!)
  const near = (i: Import) =>
    i.target.startsWith('src/kernel/') ||
    (pureDrawers.test(i.target.split('/').at(-1)!) && rooms.indexOf(roomOf(i.target)!) <= rooms.indexOf(roomOf(i.file)!))
  expect(offenders((i) => pure(i.file) && !i.typeOnly && ours(i) && !near(i))).toEqual([])
  const impure = files.filter((file) => pure(file) && /\bawait\b|\basync\b/.test(text.get(file)!))
  expect(impure).toEqual([])
})

test('rooms import kernel, context, database types and rooms to their left', () => {
  const may = (i: Import) => {
    const room = roomOf(i.target)
    if (room !== undefined) return rooms.indexOf(room) <= rooms.indexOf(roomOf(i.file)!)
    return (
      i.target.startsWith('src/kernel/') ||
      /^src\/(context|pid|db\/(client|generated\/client|inbox|outbox|places|withdrawn))\.ts$/.test(i.target)
    )
  }
  expect(offenders((i) => roomOf(i.file) !== undefined && ours(i) && !i.typeOnly && !may(i))).toEqual([])
})

test('the database imports kernel and what stands below it, and nothing that works with it', () => {
  const may = /^src\/(kernel\/|db\/|(config|pid|root|seal|trace)\.ts)/
  expect(offenders((i) => i.file.startsWith('src/db/') && ours(i) && !i.typeOnly && !may.test(i.target))).toEqual([])
})

test('connectors are pure', () => {
  const may = /^src\/(kernel\/|inward\/|outward\/|connector\.ts)/
  expect(offenders((i) => /^src\/(connectors|inward)\//.test(i.file) && ours(i) && !may.test(i.target))).toEqual([])
  // What asks a shop says nothing by itself: its conversations are performed elsewhere.
  const outward = /^src\/(kernel\/|outward\/|outward\.ts|connector\.ts|platforms\/platform\.ts)/
  expect(offenders((i) => i.file.startsWith('src/outward/') && ours(i) && !i.typeOnly && !outward.test(i.target))).toEqual([])
  expect(files.filter((file) => file.startsWith('src/outward/') && /\bawait\b|\basync\b/.test(text.get(file)!))).toEqual([])
})

test('commands import the plug, kernel and rooms, and never write the database', () => {
  const may = (i: Import) =>
    roomOf(i.target) !== undefined ||
    /^src\/(command|option|context|kernel\/.*|programs\/.*)\.?/.test(i.target) ||
    i.target.startsWith('commands/')
  expect(offenders((i) => i.file.startsWith('commands/') && ours(i) && !i.typeOnly && !may(i))).toEqual([])
  const writes = /\bdb\s*\.\s*\w+\s*\.\s*(create|update|upsert|delete)|\$executeRaw/
  expect(files.filter((file) => file.startsWith('commands/') && writes.test(text.get(file)!))).toEqual([])
})

test('platforms import kernel, the plugs and their own folder; never rooms, never one another', () => {
  const may = (i: Import) => {
    const own = i.file.split('/').slice(0, 3).join('/')
    return (
      i.target.startsWith(`${own}/`) ||
      /^src\/(kernel\/|command\.ts|context\.ts|log\.ts|seal\.ts|platforms\/(platform|press|pictures|bytes)\.ts|db\/client\.ts)/.test(
        i.target,
      )
    )
  }
  expect(offenders((i) => /^src\/platforms\/[a-z]+\//.test(i.file) && ours(i) && !i.typeOnly && !may(i))).toEqual([])
})

test('jobs import the plug, inbox, outbox, kernel and rooms', () => {
  const may = (i: Import) =>
    roomOf(i.target) !== undefined ||
    /^src\/(job\.ts|trace\.ts|calls\.ts|letters\.ts|kernel\/|db\/(inbox|outbox|places|client)\.ts|platforms\/(platform|places|direct)\.ts)/.test(
      i.target,
    )
  expect(offenders((i) => i.file.startsWith('src/jobs/') && ours(i) && !i.typeOnly && !may(i))).toEqual([])
})

test('each outside package has one door into the house', () => {
  const borders: [RegExp, RegExp][] = [
    [/^bullmq$|^ioredis$/, /^src\/queue\.ts$/],
    [/^@prisma\//, /^src\/db\//],
    [/^fastify$|^@fastify\//, /^src\/(http\/|platforms\/web\/)/],
    [/^pino$/, /^src\/(log|main)\.ts$/],
    [/^temporal-polyfill/, /^src\/kernel\/time\.ts$/],
    [/^echarts/, /^src\/kernel\/chart\.ts$/],
    [/^@resvg\//, /^src\/kernel\/picture\.ts$/],
    [/^flydrive|^@aws-sdk\//, /^src\/content\/store\.ts$/],
    [/^discord\.js$/, /^src\/platforms\/discord\//],
    [/^@slack\//, /^src\/platforms\/slack\//],
    [/^undici$/, /^src\/fetch\.ts$/],
    [/^nodemailer$/, /^src\/platforms\/email\//],
    [/^@opentelemetry\//, /^src\/spans\.ts$/],
  ]
  for (const [name, place] of borders)
    expect(offenders((i) => name.test(i.target) && !i.typeOnly && !place.test(i.file))).toEqual([])
})

test('the program runs without what only its development needs', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: object }
  const owner = (target: string) => target.split('/', target.startsWith('@') ? 2 : 1).join('/')
  expect(offenders((i) => !ours(i) && !i.typeOnly && owner(i.target) in devDependencies)).toEqual([])
})

test('one clock, one reader of the environment', () => {
  const lines = (pattern: RegExp, except: RegExp) =>
    files
      .filter((file) => !except.test(file))
      .flatMap((file) => code(file).flatMap((line, n) => (pattern.test(line) ? [`${file}:${n + 1} ${line.trim()}`] : [])))
  expect(lines(/\bDate\.now\s*\(|\bnew Date\s*\(\s*\)|\bTemporal\.Now\b/, /^src\/app\.ts$/)).toEqual([])
  expect(lines(/\bprocess\.env\b/, /^src\/config\.ts$/)).toEqual([])
})

test('addresses are read by the kernel, for URL.canParse errs on Node 20', () => {
  expect(files.filter((file) => code(file).some((line) => /URL\.canParse\(/.test(line)))).toEqual([])
})

test('no any, no default export outside discovered folders, no index that only re-exports', () => {
  const found = (pattern: RegExp) => files.filter((file) => code(file).some((line) => pattern.test(line)))
  expect(found(/:\s*any\b|\bas any\b|<any>/)).toEqual([])
  expect(found(/^export default/).filter((file) => !/^(commands|src\/jobs|src\/connectors)\//.test(file))).toEqual([])
  expect(found(/\benum\s+\w+\s*\{/)).toEqual([])
  expect(
    files.filter(
      (file) => file.endsWith('/index.ts') && code(file).every((line) => line === '' || /^export .* from /.test(line)),
    ),
  ).toEqual([])
})

// A describe and a story run on; a function of the product or of what seeds and measures it does one thing.
test('no file above 300 lines, no function above 70 of its own', () => {
  const tooLong = allFiles.flatMap((file) => {
    const lines = text.get(file)!.trimEnd().split('\n').length
    const functions = file.startsWith('test/') ? [] : functionLengths(file)
    return [
      ...(lines > 300 ? [`${file} has ${lines} lines`] : []),
      ...functions.flatMap((f) => (f.length > 70 ? [`${file}:${f.line} ${f.name} has ${f.length} lines`] : [])),
    ]
  })
  expect(tooLong).toEqual([])
})

test('what is exported is used by someone: a name by another file, a type also beside what it describes', () => {
  const importers = new Map<string, Import[]>()
  for (const i of allImports) importers.set(i.target, [...(importers.get(i.target) ?? []), i])
  const mentions = (file: string, name: string) =>
    code(file)
      .join('\n')
      .split(new RegExp(`\\b${name}\\b`)).length - 1
  const isUsed = ({ file, name, isType }: Export) => {
    const inside = mentions(file, name) > 1
    const takes = (i: Import) => i.names.includes(name) || (i.names.includes('*') && mentions(i.file, name) > 0)
    // A test may look inside, but what only tests call does nothing for anybody.
    const counts = (i: Import) => file.startsWith('test/') || !i.file.startsWith('test/') || inside
    return (isType && inside) || (importers.get(file) ?? []).some((i) => takes(i) && counts(i))
  }
  // bench/run.ts finds these by their name.
  const isFound = ({ file, name }: Export) => file.startsWith('bench/') && name === 'bench'
  expect(allExports.length).toBeGreaterThan(500)
  expect(allExports.filter((e) => !isFound(e) && !isUsed(e)).map((e) => `${e.file}:${e.line} ${e.name}`)).toEqual([])
})

test('compiled files lie in dist only', () => {
  const folders = ['src', 'commands', 'prisma', 'bench', 'test'].flatMap(under)
  expect(folders.filter((file) => /\.(js|js\.map|d\.ts)$/.test(file) && !file.includes('/assets/'))).toEqual([])
})

test('every command, connector and rule has a test of its own', () => {
  const wanted = [
    ...files.filter((file) => file.startsWith('commands/')).map((file) => `test/${file.replace(/\.ts$/, '.test.ts')}`),
    ...files
      .filter((file) => file.startsWith('src/connectors/'))
      .map((file) => `test/${file.slice('src/'.length).replace(/\.ts$/, '.test.ts')}`),
  ]
  expect(wanted.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test('every run that a card names is a command, and its button says a verb', () => {
  const commands = new Set(
    files.filter((file) => file.startsWith('commands/')).map((file) => file.slice('commands/'.length, -3).split('/').join(' ')),
  )
  const named = files.flatMap((file) => [...text.get(file)!.matchAll(/\brun: '([a-z -]+)'/g)].map((m) => ({ file, run: m[1]! })))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(({ run }) => !commands.has(run))).toEqual([])
})

test('every model has programId or is one of the few that belong to no program', () => {
  const shared = new Set(['Program', 'Person', 'Identity', 'JournalOffset', 'Tick', 'Pace', 'Install', 'Guess', 'KeyPrint'])
  const schema = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8')
  const migrations = migrationTexts().join('\n')
  const models = [...schema.matchAll(/^model (\w+) \{([^}]*)\}/gm)]
  expect(models.length).toBeGreaterThan(25)
  for (const [, name, body] of models) {
    if (shared.has(name!)) continue
    expect(body, `${name} has no programId`).toMatch(/\bprogramId\s+String/)
    expect(migrations, `${name} has no row-level security`).toContain(`ALTER TABLE "${name}" FORCE ROW LEVEL SECURITY`)
  }
})

function migrationTexts(): string[] {
  return readdirSync(join(root, 'prisma/migrations'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.sql'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}

test('.env.example lists the same variables as the schema, in the same order', async () => {
  const { configSchema } = await import('../src/config.ts')
  const listed = [...readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^([A-Z0-9_]+)=/gm)].map((m) => m[1])
  expect(listed).toEqual(Object.keys(configSchema.shape))
})

test('no migration and schema.prisma disagree on tables, columns or indexes', async () => {
  const { freshDatabase } = await import('./database.ts')
  const { diff } = (await import(new URL('../prisma/diff.mjs', import.meta.url).href)) as {
    diff: (url: string, from: string) => Promise<string>
  }
  const pg = (await import('pg')).default
  const describe = async (url: string) => {
    const client = new pg.Client(url)
    await client.connect()
    const columns = await client.query(
      `SELECT table_name, column_name, data_type, is_nullable, column_default, datetime_precision, character_maximum_length FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name NOT LIKE 'Click\\_%' AND table_name <> '_prisma_migrations' ORDER BY 1, 2`,
    )
    const indexes = await client.query(
      `SELECT replace(indexdef, ' ON ONLY ', ' ON ') AS def FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'Click\\_%' AND tablename <> '_prisma_migrations'
       AND indexname NOT IN ('Click_unique_idx', 'Code_active_key', 'Connection_shop_key', 'Offer_name_key', 'Order_waiting_idx', 'Outbox_due_idx', 'Payment_live_key', 'Touch_won_click_idx') ORDER BY 1`,
    )
    await client.end()
    return { columns: columns.rows, indexes: indexes.rows }
  }
  const migrated = await freshDatabase()
  const drawn = await freshDatabase()
  const client = new pg.Client(drawn.url)
  await client.connect()
  await client.query('DROP SCHEMA public CASCADE')
  await client.query(await diff(drawn.url, 'empty'))
  await client.end()
  expect(await describe(migrated.url)).toEqual(await describe(drawn.url))
  await Promise.all([migrated.drop(), drawn.drop()])
})
