// Installs, generates and builds what is missing, then runs Troupe. It comes before node_modules, so it needs nothing
// but Node; and it keeps to old syntax and default imports, so that an old Node reaches the sentence that refuses it.
import { spawn } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = path.dirname(fileURLToPath(import.meta.url))
const at = (...parts) => path.join(root, ...parts)
const lock = at('package-lock.json')
const generated = at('src', 'db', 'generated')
const dist = at('dist')
const rest = process.argv.slice(3)

const modes = {
  '--prepare-only': () => prepare(),
  '--generate': () => prepare(true),
  '--build-only': () => ready().then(linkDatabase),
  '--test': () => prepare().then(() => become([at('node_modules', 'vitest', 'vitest.mjs'), 'run', ...rest])),
  '--bench': () => ready().then(() => load(at('dist', 'bench', 'run.js'), rest)),
  '--run': () => ready().then(() => load(path.resolve(root, rest[0] || ''), rest.slice(1))),
  '--dev': () => ready().then(develop),
}

/** A failure whose message is one sentence for the person, with the output that explains it, if any. */
class Stop extends Error {
  constructor(sentence, output) {
    super(sentence)
    this.output = output
  }
}

let ours = true
main().catch((error) => {
  const sentence = error instanceof Stop ? error.message : sentenceFor(error.code, root)
  // Once Troupe itself runs, its failures are its own to explain.
  if (!ours || !sentence) throw error
  if (error.output) console.error(error.output.trim())
  console.error(`✗ ${sentence}`)
  process.exit(1)
})

async function main() {
  refuseOldNode(process.version)
  const mode = process.argv[2]
  if (mode === undefined) return ready().then(() => load(at('dist', 'src', 'main.js'), []))
  if (!modes[mode])
    throw new Stop(`There is no ${mode}; use one of ${Object.keys(modes).join(', ')}, or nothing to start Troupe.`)
  return modes[mode]()
}

function refuseOldNode(version) {
  const [major, minor] = version.slice(1).split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return
  throw new Stop(
    `Troupe needs Node 20.19+, 22.12+ or 24+ and this is ${version}; install one from https://nodejs.org and run it again.`,
  )
}

async function prepare(always) {
  await install()
  await generate(always)
}

async function ready() {
  await prepare()
  await build()
}

/**
 * The packages of the lock file, when they are missing or come from another one. Not by npm ci: it refuses a lock file
 * made where the registry lacked a package for some other system, while npm install without saving follows it all the same.
 */
async function install() {
  const stamp = at('node_modules', '.troupe-installed')
  const wanted = hash([fs.readFileSync(lock)])
  if (read(stamp) === wanted) return
  // What somebody installed by hand after the last change of the lock file is as good.
  if (!(modified(at('node_modules', '.package-lock.json')) >= modified(lock))) {
    const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--prefer-offline']
    // The compiler is a development dependency, which NODE_ENV=production would leave out.
    const what = ['--ignore-scripts', '--include=dev', '--include=optional']
    // Four tries in a quarter of a minute, unless somebody set it otherwise.
    const patience = {
      npm_config_fetch_retry_mintimeout: '2000',
      npm_config_fetch_retry_maxtimeout: '8000',
      npm_config_fetch_retries: '3',
    }
    const env = Object.assign(patience, process.env)
    await step('Installing packages', 'Installed packages', () =>
      run(npm(), ['install', '--no-save', ...what, ...quiet], 'npm install', env),
    )
  }
  fs.writeFileSync(stamp, wanted)
}

/** The npm that started us, else the one on PATH. */
function npm() {
  const path = process.env.npm_execpath || ''
  return /npm-cli\.c?js$/.test(path) ? [process.execPath, path] : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

/** The database client, when its schema or its generator changed. */
async function generate(always) {
  const schema = at('prisma', 'schema.prisma')
  const stamp = path.join(generated, '.made-from')
  const wanted = hash([fs.readFileSync(schema), fs.readFileSync(at('node_modules', 'prisma', 'package.json'))])
  if (!always && read(stamp) === wanted) return
  // The command looks for an engine and downloads it, though generating never starts it: any program will do.
  const engine = process.env.PRISMA_SCHEMA_ENGINE_BINARY || process.execPath
  const env = Object.assign({}, process.env, {
    PRISMA_SCHEMA_ENGINE_BINARY: engine,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  })
  const command = [process.execPath, at('node_modules', 'prisma', 'build', 'index.js')]
  await step('Generating the database client', 'Generated the database client', () =>
    run(command, ['generate', '--no-hints'], 'prisma generate', env),
  )
  fs.writeFileSync(stamp, wanted)
}

/** dist, from nothing, when any source was added, changed or removed: what is left of a removed command would still run. */
async function build(beside) {
  const stamp = path.join(dist, '.built-from')
  const wanted = hash(sources().map(described))
  if (read(stamp) === wanted) return false
  await step('Building', 'Built', async () => {
    // Beside a running program its files stay until the new ones are written over them.
    if (!beside) fs.rmSync(dist, { recursive: true, force: true })
    await run(
      [process.execPath, at('node_modules', 'typescript', 'bin', 'tsc')],
      ['--project', at('tsconfig.json'), '--pretty', 'false'],
      'The build',
    )
    for (const file of assets()) copyAsset(file)
    fs.writeFileSync(stamp, wanted)
  })
  return true
}

/**
 * PostgreSQL lacks some links until they are made once, and whoever starts what was built, such as a service, may not write here. Where none
 * fits this machine, or its database is another one, nothing is missing: who starts is told what is.
 */
function linkDatabase() {
  return import(pathToFileURL(path.join(dist, 'src', 'db', 'binaries.js')).href)
    .then((module) => module.binaries())
    .catch(() => {})
}

/** One look at each file: there are a thousand, and every start looks at all of them. */
function described(file) {
  const { mtimeMs, size } = fs.statSync(file)
  return `${file} ${mtimeMs} ${size}\n`
}

function sources() {
  const folders = ['src', 'commands', 'prisma', 'bench'].map((name) => at(name))
  return [at('tsconfig.json'), lock].concat(...folders.map((folder) => under(folder, (file) => /\.ts$/.test(file))), assets())
}

function assets() {
  return under(at('src'), isAsset)
}

/** What is served as it is lies in an `assets` folder beside the code that serves it, in src and in dist alike. */
function isAsset(file) {
  return path.relative(at('src'), file).split(path.sep).slice(0, -1).includes('assets')
}

function copyAsset(file) {
  const to = path.join(dist, path.relative(root, file))
  fs.mkdirSync(path.dirname(to), { recursive: true })
  fs.copyFileSync(file, to)
}

/** Runs a built file in this process, so that signals go straight to it. */
async function load(file, args) {
  if (!fs.existsSync(file)) throw new Stop(`There is no ${path.relative(root, file) || 'file named'}; check the name.`)
  ours = false
  process.argv = [process.execPath, file].concat(args)
  // The program itself maps its stacks for less.
  if (file !== at('dist', 'src', 'main.js')) process.setSourceMapsEnabled(true)
  await import(pathToFileURL(file).href)
}

/** Builds on every change and, when that went well, starts again. tsc --watch of TypeScript 7 overlooks most changes. */
function develop() {
  const args = [at('dist', 'src', 'main.js')]
  let child
  let wanted = true
  let timer
  const start = () => {
    wanted = false
    child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
    child.once('exit', () => (child = wanted ? start() : undefined))
    return child
  }
  const change = async () => {
    try {
      if (!(await build(true))) return
    } catch (error) {
      return console.error(`${error.output || ''}\n✗ ${error.message}`)
    }
    wanted = true
    if (child) child.kill('SIGTERM')
    else start()
  }
  for (const folder of ['src', 'commands'].map((name) => at(name)).filter((each) => fs.existsSync(each))) {
    fs.watch(folder, { recursive: true }, (_, name) => {
      const file = path.join(folder, name || '')
      const js = path.join(dist, path.relative(root, file)).replace(/\.ts$/, '.js')
      if (/\.ts$/.test(file) && !fs.existsSync(file)) fs.rmSync(js, { force: true })
      clearTimeout(timer)
      timer = setTimeout(change, 150)
    })
  }
  start()
  return new Promise((resolve) => {
    const end = (signal) => {
      clearTimeout(timer)
      if (!child) process.exit(0)
      child.removeAllListeners('exit')
      child.once('exit', () => process.exit(0))
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end)
  })
}

/** Runs Node on something in our place: its output is ours, signals are passed on, and its exit code is ours. */
function become(args) {
  return new Promise((_, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
    // A terminal sends Ctrl-C to the child as well, which may take a second one for impatience.
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.once('error', reject)
    child.once('exit', (code) => process.exit(code === null ? 1 : code))
  })
}

/** One line: what is being done, with the seconds passed where somebody watches, and then what was done. */
async function step(doing, done, work) {
  const begin = process.hrtime()
  const watched = process.stdout.isTTY
  const seconds = () => {
    const [whole, nano] = process.hrtime(begin)
    return (whole + nano / 1e9).toFixed(1)
  }
  const show = () => process.stdout.write(`\r… ${doing} (${seconds()} s)`)
  const timer = watched ? setInterval(show, 100) : undefined
  if (watched) show()
  try {
    await work()
    process.stdout.write(`${watched ? '\r\u001b[K' : ''}✓ ${done} (${seconds()} s)\n`)
  } catch (error) {
    if (watched) process.stdout.write('\r\u001b[K')
    throw error
  } finally {
    clearInterval(timer)
  }
}

/** Runs a command without showing its output, which is kept to name the cause when it fails. */
function run(command, args, name, env) {
  return new Promise((resolve, reject) => {
    const shell = command[0].endsWith('.cmd')
    const options = { cwd: root, env: env || process.env, stdio: ['ignore', 'pipe', 'pipe'], shell }
    const child = spawn(command[0], command.slice(1).concat(args), options)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part))
    child.once('error', (error) => {
      reject(
        new Stop(
          error.code === 'ENOENT' ? `${command[0]} is not on PATH; install it with Node and run it again.` : error.message,
        ),
      )
    })
    child.once('close', (code, signal) => {
      if (code === 0) return resolve()
      // A compiler quotes sources, in which any of these words may stand.
      const sentence = name === 'The build' ? '' : sentenceFor(said, root)
      const why = signal ? `was ended by ${signal}` : `failed with exit code ${code}`
      reject(
        sentence
          ? new Stop(sentence)
          : new Stop(`${name} ${why}; the lines above say why.`, said.split('\n').slice(-30).join('\n')),
      )
    })
  })
}

/** What a failed system call or npm says, as one sentence; empty when it says nothing known. */
function sentenceFor(text, where) {
  if (/ENOSPC|EDQUOT|no space left/i.test(text))
    return `The disk that holds ${where} is full; free at least 1 GB and run it again.`
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(text)) {
    return 'The packages could not be fetched, for the npm registry is out of reach; check the network and run it again.'
  }
  if (/EACCES|EPERM|EROFS/.test(text))
    return `This user may not write to ${where}; give it the right to, or clone into another folder.`
  return ''
}

/** All files below a folder that `wanted` accepts, in the same order each time. */
function under(folder, wanted) {
  if (!fs.existsSync(folder)) return []
  const entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return [].concat(
    ...entries.map((entry) => {
      const file = path.join(folder, entry.name)
      if (entry.isDirectory()) return under(file, wanted)
      return wanted(file) ? [file] : []
    }),
  )
}

function modified(file) {
  return fs.existsSync(file) ? fs.statSync(file).mtimeMs : Number.NaN
}

function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''
}

function hash(parts) {
  const sum = crypto.createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest('hex')
}
