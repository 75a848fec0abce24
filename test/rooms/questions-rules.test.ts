import { expect, test } from 'vitest'
import { readings } from '../../src/moments/rules-questions.ts'

test.each([
  ['retinol', ['retinol', 'retin'], ['retinol']],
  ['ret', ['retinol', 'return', 'rate'], ['retinol', 'return']],
  ['retniol', ['retinol', 'return'], ['retinol']],
  ['retnol', ['retinol'], ['retinol']],
  ['moisturis', ['moistur'], ['moistur']],
  // Short words, numbers and what is two letters away stay what they are.
  ['serum', ['seri', 'servic'], ['serum']],
  ['spf', ['spa'], ['spf']],
  ['1500', ['1600'], ['1500']],
  ['re', ['retinol'], ['re']],
  ['balm', [], ['balm']],
])('%s among %j is read as %j', (word, known, read) => expect(readings(word, known)).toEqual(read))
