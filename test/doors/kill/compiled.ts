/** Processes to kill or to deceive start fast and often, so they are compiled once: node 20 does not run TypeScript. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const project = join(import.meta.dirname, '../../..')

/** Compiles a file of this folder with all of Troupe, beside node_modules, so that packages are found. Gives what node runs. */
export function compiled(name: string): string {
  const outDir = join(project, 'node_modules/.cache', `troupe-${name}`)
  const config = {
    extends: join(project, 'tsconfig.json'),
    compilerOptions: { outDir, rootDir: project, sourceMap: false },
    include: [join(project, 'src'), join(project, 'commands')],
    exclude: [],
    files: [join(project, 'test/doors/kill', `${name}.ts`)],
  }
  mkdirSync(outDir, { recursive: true })
  writeFileSync(join(outDir, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(outDir, 'package.json'), '{"type":"module"}')
  const tsc = join(project, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', join(outDir, 'tsconfig.json')], { encoding: 'utf8' })
  const file = join(outDir, 'test/doors/kill', `${name}.js`)
  if (!existsSync(file)) throw new Error(`${name}.ts could not be compiled: ${stdout}`)
  return file
}
