/** Cards live for months, and their buttons name a command with some of its options as they were called then. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadParts } from '../../src/parts.ts'

/** Every command of an earlier version: "name: option option=choice|choice". */
const shown = readFileSync(new URL('../fixtures/shown-2026-11-21.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const)

test('what a card of an earlier version offers is still a command with that option and that choice', async () => {
  const [commands] = await loadParts()
  expect(shown.length).toBeGreaterThan(200)
  const lost = shown.flatMap(([name, words]) => {
    const command = commands.get(name)
    if (!command) return [`/${name}`]
    return words.split(' ').flatMap((word) => {
      const [option = '', choices] = word.split('=')
      const now = command.options[option]
      if (option !== '' && !now) return [`/${name} ${option}`]
      return (choices?.split('|') ?? []).flatMap((one) =>
        now?.check.safeParse(one).success ? [] : [`/${name} ${option}=${one}`],
      )
    })
  })
  expect(lost).toEqual([])
})
