/** What proves something is compared by `sameBytes`: === ends at the first byte that differs, and how soon can be measured. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const places = ['http', 'connectors', 'inward', 'messages', 'links', 'people', 'platforms/slack', 'platforms/web', 'kernel']

const lines = places
  .map((place) => join(root, 'src', place))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line, n) => ({ at: `${relative(root, file)}:${n + 1}`, line: line.trim() })),
  )
  .filter(({ line }) => !/^(\/\/|\/?\*)/.test(line))

const word = '[\\w.!?]*(?:signature|hmac|expected|proof|token|secret|seal|mac)\\w*(?:\\([^()]*\\))?'
const plain = '(?!undefined|null|true|false|typeof|[\'"`\\d-])[\\w.]+'
const compared = new RegExp(`\\b${word}\\s*[!=]==?\\s*${plain}|\\b${plain}\\s*[!=]==?\\s*${word}`, 'i')
/** Which of two tokens of our own is meant: nobody outside says either. */
const ours = /token === options\.botToken|now\.token !== token/

test('no secret, signature or token is compared with ===', () => {
  expect(lines.length).toBeGreaterThan(10_000)
  expect(lines.filter(({ line }) => compared.test(line) && !ours.test(line)).map(({ at, line }) => `${at} ${line}`)).toEqual([])
  expect(compared.test('if (signature === expected) return true')).toBe(true)
  expect(compared.test('if (token === undefined) return')).toBe(false)
})

test('every connector checks who told it, in constant time', () => {
  const connectors = lines.filter(({ at }) => at.startsWith('src/connectors/'))
  const names = new Set(connectors.map(({ at }) => at.split(':')[0]!))
  expect(names.size).toBeGreaterThanOrEqual(4)
  const checking = new Set(connectors.filter(({ line }) => /\bsameBytes\(/.test(line)).map(({ at }) => at.split(':')[0]!))
  expect([...names].filter((name) => !checking.has(name))).toEqual([])
})
