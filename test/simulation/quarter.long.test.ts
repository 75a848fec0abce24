import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { quarter } from './quarter.ts'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

test('a quarter of a program with a thousand creators', async () => {
  const told = await quarter(number('CREATORS', 1_000), number('WEEKS', 13), number('ORDERS', 500))
  console.log(told)
  expect(told.broken).toEqual([])
  mkdirSync('bench/results', { recursive: true })
  writeFileSync('bench/results/simulation-quarter.json', `${JSON.stringify({ name: 'simulation-quarter', ...told }, null, 2)}\n`)
}, 7_200_000)
