import { expect, test } from 'vitest'
import { ownOrigin } from '../../src/http/doors.ts'

test('the demo shop reaches this process at whatever address it listens on', () => {
  expect(ownOrigin({ PORT: 3000 })).toBe('http://127.0.0.1:3000')
  expect(ownOrigin({ PORT: 3000, HOST: '0.0.0.0' })).toBe('http://127.0.0.1:3000')
  expect(ownOrigin({ PORT: 3000, HOST: '::' })).toBe('http://[::1]:3000')
  expect(ownOrigin({ PORT: 3000, HOST: '192.168.1.5' })).toBe('http://192.168.1.5:3000')
  expect(ownOrigin({ PORT: 3000, HOST: 'fe80::1' })).toBe('http://[fe80::1]:3000')
})
