import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { ConfigError, fromProcess, readConfig } from '../src/config.ts'

test('nothing set is enough to try it', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ PORT: 3000, SIMULATOR: true, embedded: true, TROUPE_ROLES: ['web', 'worker', 'bot'] })
  expect(config.DATA_DIR).toMatch(/^\/.*\.troupe$/)
})

test('a configured database turns the simulator off unless asked, and production always', () => {
  const DATABASE_URL = 'postgres://u:p@db.example:5432/troupe'
  expect(readConfig({ DATABASE_URL }).SIMULATOR).toBe(false)
  expect(readConfig({ DATABASE_URL, SIMULATOR: '1' }).SIMULATOR).toBe(true)
  expect(readConfig({ SIMULATOR: '1', NODE_ENV: 'production' }).SIMULATOR).toBe(false)
})

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', HOST: '', DATABASE_URL: '' })).toMatchObject({ PORT: 3000, embedded: true })
})

test('the public address is an origin, however it is written', () => {
  expect(readConfig({ PUBLIC_URL: 'HTTPS://Go.Glow.example:443/' }).PUBLIC_URL).toBe('https://go.glow.example')
  expect(readConfig({ PUBLIC_URL: 'http://localhost:8080' }).PUBLIC_URL).toBe('http://localhost:8080')
})

test('proxies in front are a number or a list', () => {
  expect(readConfig({}).TRUST_PROXY).toBeUndefined()
  expect(readConfig({ TRUST_PROXY: '2' }).TRUST_PROXY).toBe(2)
  expect(readConfig({ TRUST_PROXY: '10.0.0.5, fd00::/8' }).TRUST_PROXY).toEqual(['10.0.0.5', 'fd00::/8'])
})

test.each([
  ['PORT', 'eighty'],
  ['PORT', '70000'],
  ['PORT', '80.5'],
  ['DATABASE_URL', 'mysql://db'],
  ['DATABASE_URL', 'not an address'],
  ['QUEUE_URL', 'amqp://q'],
  ['PUBLIC_URL', 'ftp://files.example'],
  ['PUBLIC_URL', 'https://glow.example/troupe'],
  ['PUBLIC_URL', 'https://ana:secret@glow.example'],
  ['PUBLIC_URL', 'https://glow.example/?from=mail'],
  ['PUBLIC_URL', 'https://glow.example#here'],
  ['TRUST_PROXY', 'yes'],
  ['TRUST_PROXY', 'proxy.example'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.1,'],
  ['TROUPE_ROLES', 'web,baker'],
  ['SIMULATOR', 'perhaps'],
  ['LOG_LEVEL', 'loud'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=%zz'],
  ['OTEL_TRACES_SAMPLER', 'xray'],
  ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ['SECRET_KEY', 'short'],
  ['SECRET_KEY', `YQ==${'='.repeat(40)}`],
  ['NODE_ENV', 'staging'],
])('%s=%s ends with one sentence that names it and the fix', (name, value) => {
  const read = () => readConfig({ [name]: value })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(new RegExp(`^${name} .* Correct ${name} in the environment or in \\.env`))
})

test.each([
  ['PORT', '-1', 'must be a whole number from 0 to 65535'],
  ['PORT', '3000.5', 'must be a whole number from 0 to 65535'],
  ['PORT', ' ', 'must be a whole number from 0 to 65535'],
  ['HEALTH_PORT', '70000', 'must be a whole number from 0 to 65535'],
  ['OTEL_SERVICE_NAME', 'x'.repeat(150), 'must have at most 100 characters'],
  ['OTEL_TRACES_SAMPLER_ARG', ' ', 'must be a number from 0 to 1'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half', 'must be a number from 0 to 1'],
  ['DISCORD_KUDOS_EMOJI', 'x'.repeat(150), 'must have at most 100 characters'],
  ['DATABASE_URL', 'postgres://ana:p@db.example:99999/troupe', 'has a host or port that can’t be'],
  ['DATABASE_URL', 'postgres://ana:p#w@db.example/troupe', 'has a host or port that can’t be'],
])('what is wrong with %s=%s is said in words', (name, value, words) => {
  expect(() => readConfig({ [name]: value })).toThrow(`${name} ${words.replace('’', "'")}`)
})

test.each(['DATABASE_URL', 'DATABASE_DIRECT_URL', 'QUEUE_URL'])(
  'a file that %s names and nobody can read is said with its name',
  (name) => {
    const DATABASE_URL = 'postgres://u:p@db.example/troupe'
    const given = (query: string) => readConfig({ DATABASE_URL, [name]: `${DATABASE_URL}?sslmode=verify-full&${query}` })
    expect(() => given('sslrootcert=/nowhere/ca.pem')).toThrow(
      `${name} names /nowhere/ca.pem as its sslrootcert, and this user can't read it (ENOENT).`,
    )
    expect(() => given(`sslkey=${tmpdir()}`)).toThrow(
      `${name} names ${tmpdir()} as its sslkey, and this user can't read it (EISDIR).`,
    )
    expect(given('sslrootcert=package.json')[name as 'QUEUE_URL']).toContain('package.json')
  },
)

const bot = 'xoxb-1-2-abc'
test.each([
  [{ SLACK_BOT_TOKEN: bot }, 'SLACK_APP_TOKEN'],
  [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN'],
  [{ SLACK_CLIENT_ID: '1.2' }, 'SLACK_CLIENT_SECRET'],
  [{ SLACK_BOT_TOKEN: bot, SLACK_SIGNING_SECRET: 'abcdefgh' }, 'PUBLIC_URL'],
  [{ SLACK_BOT_TOKEN: 'token' }, 'xoxb-'],
])('half of what Slack needs (%o) ends with a sentence that names %s', (given, named) => {
  expect(() => readConfig(given)).toThrow(named)
})

test('a chat token turns the simulator off unless it is asked for', () => {
  const token = { DISCORD_TOKEN: 'a-token-long-enough-for-a-bot' }
  expect(readConfig(token)).toMatchObject({ chat: ['discord'], SIMULATOR: false })
  expect(readConfig({ ...token, SIMULATOR: '1' })).toMatchObject({ SIMULATOR: true })
  expect(readConfig({ SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: 'xapp-1' })).toMatchObject({ chat: ['slack'], SIMULATOR: false })
})

test('mail needs its server and its sender, both or none', () => {
  const SMTP_URL = 'smtp://troupe:p%40ss@mail.glow.example:587'
  expect(() => readConfig({ SMTP_URL })).toThrow('SMTP_URL and MAIL_FROM belong together')
  expect(() => readConfig({ MAIL_FROM: 'troupe@glow.example' })).toThrow('SMTP_URL and MAIL_FROM belong together')
  expect(() => readConfig({ SMTP_URL, MAIL_FROM: 'Glow <a@b>\r\nBcc: x@y' })).toThrow(/^MAIL_FROM must be an address/)
  expect(readConfig({ SMTP_URL, MAIL_FROM: 'Glow <troupe@glow.example>' })).toMatchObject({ SMTP_URL })
})

test('an address without a pooler belongs to one of the same database', () => {
  const DATABASE_DIRECT_URL = 'postgres://u:p@db.example:5432/troupe'
  expect(() => readConfig({ DATABASE_DIRECT_URL })).toThrow(/^DATABASE_DIRECT_URL .* DATABASE_URL/)
  expect(readConfig({ DATABASE_URL: DATABASE_DIRECT_URL, DATABASE_DIRECT_URL })).toMatchObject({ embedded: false })
})

test('a file of variables that this user may not read is one sentence, and one that is not there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-env-'))
  chmodSync(folder, 0o755)
  const file = join(folder, '.env')
  expect(fromProcess(file)).toBe(process.env)
  writeFileSync(file, 'TROUPE_TEST_ENV=1', { mode: 0 })
  const root = process.getuid?.() === 0
  try {
    if (root) process.seteuid?.(65534)
    expect(() => fromProcess(file)).toThrow(ConfigError)
    expect(() => fromProcess(file)).toThrow(/\.env can't be read by this user \(EACCES\)/)
  } finally {
    if (root) process.seteuid?.(0)
    rmSync(folder, { recursive: true })
  }
})

test('a file of variables is read once, for a pipe gives it once, and a folder in its place is one sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-env-'))
  const [pipe, place] = [join(folder, 'pipe'), join(folder, 'place')]
  // What Docker makes where a file to mount is missing.
  mkdirSync(place)
  expect(() => fromProcess(place)).toThrow(/place can't be read by this user \(EISDIR\)/)
  execFileSync('mkfifo', [pipe])
  const writer = spawn('sh', ['-c', `echo TROUPE_TEST_ENV=1 > ${pipe}`], { stdio: 'ignore' })
  expect(fromProcess(pipe)).toMatchObject({ TROUPE_TEST_ENV: '1', PATH: process.env.PATH })
  writer.kill()
  delete process.env.TROUPE_TEST_ENV
  rmSync(folder, { recursive: true })
})

test('quotes within the quotes of a value are its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-env-'))
  const file = join(folder, '.env')
  const words = `TROUPE_TEST_ENV={"a":"b"}\nMAIL_FROM='"Acme, Inc." <hi@acme.example>'\n`
  writeFileSync(file, words)
  const before = process.env.MAIL_FROM
  delete process.env.MAIL_FROM
  try {
    expect(fromProcess(file)).toMatchObject({ MAIL_FROM: '"Acme, Inc." <hi@acme.example>', TROUPE_TEST_ENV: '{"a":"b"}' })
  } finally {
    delete process.env.TROUPE_TEST_ENV
    if (before === undefined) delete process.env.MAIL_FROM
    else process.env.MAIL_FROM = before
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['METRICS_KEY="a-key-without-its-end\nDISCORD_TOKEN="x"\n', /a quote in METRICS_KEY that is not closed on its line/],
  ["DISCORD_TOKEN='a-token-without-its-end\nPORT=1\n", /a quote in DISCORD_TOKEN that is not closed/],
  ['GREETING="hello\nPORT=1\nX=" "\n', /a quote in GREETING that is not closed/],
  ['D\0I\0S\0=\0x\0', /the line “DIS”, which sets nothing/],
])('what in a file of variables would hide one of them is one sentence (%j)', (words, sentence) => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-env-'))
  const file = join(folder, '.env')
  writeFileSync(file, words)
  const before = { ...process.env }
  expect(() => fromProcess(file)).toThrow(ConfigError)
  expect(() => fromProcess(file)).toThrow(sentence)
  expect(process.env).toEqual(before)
  rmSync(folder, { recursive: true })
})

test('a line of words hides no variable behind it: older versions of Node would let it, and are not followed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-env-'))
  const file = join(folder, '.env')
  writeFileSync(file, 'Tokens of Troupe\nTROUPE_TEST_ENV=x\n')
  try {
    if (parseEnv('words\nNAME=x').NAME === 'x') expect(fromProcess(file)).toMatchObject({ TROUPE_TEST_ENV: 'x' })
    else
      expect(() => fromProcess(file)).toThrow(
        /the line “Tokens of Tr…”, which sets nothing and takes the next one with it\. Write NAME=value/,
      )
  } finally {
    delete process.env.TROUPE_TEST_ENV
    rmSync(folder, { recursive: true })
  }
})

test('a file of variables may begin with the mark of its editor, and hold what others need on several lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-env-'))
  const file = join(folder, '.env')
  writeFileSync(
    file,
    '\uFEFFTROUPE_TEST_ENV=1\r\n# a comment\r\nTROUPE_TEST_PEM="-----BEGIN\nMIIB==\n-----END"\nTROUPE_TEST_LAST="x y"\n',
  )
  expect(fromProcess(file)).toMatchObject({ TROUPE_TEST_ENV: '1', TROUPE_TEST_LAST: 'x y' })
  for (const name of ['TROUPE_TEST_ENV', 'TROUPE_TEST_PEM', 'TROUPE_TEST_LAST']) delete process.env[name]
  rmSync(folder, { recursive: true })
})
