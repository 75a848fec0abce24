// Prints the SQL that leads from the applied migrations (or from nothing) to schema.prisma, through Prisma's own engine
// compiled to WebAssembly, so that no binary has to be downloaded. Usage: node prisma/diff.mjs [database url]
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'

const here = dirname(fileURLToPath(import.meta.url))

/** SQL from the database at `url` (or from an empty one) to schema.prisma. An empty result means that they agree. */
export async function diff(url, from = 'database') {
  const folder = join(here, '../node_modules/@prisma/schema-engine-wasm')
  const bg = await import(pathToFileURL(join(folder, 'schema_engine_bg.js')).href)
  const wasm = await WebAssembly.instantiate(readFileSync(join(folder, 'schema_engine_bg.wasm')), { './schema_engine_bg.js': bg })
  bg.__wbg_set_wasm(wasm.instance.exports)
  wasm.instance.exports.__wbindgen_start()
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message(message) {
      throw new Error(message)
    },
  }
  const { bindMigrationAwareSqlAdapterFactory } = await import('@prisma/driver-adapter-utils')
  const schema = { files: [{ path: 'schema.prisma', content: readFileSync(join(here, 'schema.prisma'), 'utf8') }] }
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }))
  const engine = await bg.SchemaEngine.new({ datamodels: [['schema.prisma', schema.files[0].content]] }, () => {}, adapter)
  const result = await engine.diff({
    from: from === 'empty' ? { tag: 'empty' } : { tag: 'schemaDatasource', files: schema.files, configDir: here },
    to: { tag: 'schemaDatamodel', files: schema.files },
    script: true,
    shadowDatabaseUrl: null,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return result.stdout ?? ''
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [url, from] = process.argv.slice(2)
  process.stdout.write(await diff(url, from))
  process.exit(0)
}
