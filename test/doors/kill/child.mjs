// Loads the process below as TypeScript; nothing of it has to be built.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('../../..', import.meta.url))
await runnerImport(fileURLToPath(new URL('./process.ts', import.meta.url)), { root, configFile: false, logLevel: 'error' })
