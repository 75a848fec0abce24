import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'

test('nothing set is enough to try it', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ PORT: 3000, SIMULATOR: true, embedded: true, TROUPE_ROLES: ['web', 'worker'] })
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

test.each([
  ['PORT', 'eighty'],
  ['PORT', '70000'],
  ['PORT', '80.5'],
  ['DATABASE_URL', 'mysql://db'],
  ['DATABASE_URL', 'not an address'],
  ['QUEUE_URL', 'amqp://q'],
  ['PUBLIC_URL', 'ftp://files.example'],
  ['TROUPE_ROLES', 'web,baker'],
  ['SIMULATOR', 'perhaps'],
  ['LOG_LEVEL', 'loud'],
  ['SECRET_KEY', 'short'],
  ['NODE_ENV', 'staging'],
])('%s=%s ends with one sentence that names it and the fix', (name, value) => {
  const read = () => readConfig({ [name]: value })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(new RegExp(`^${name} .* Correct ${name} in the environment or in \\.env`))
})
