/** Where this process listens, and whether it can. */
import { createServer } from 'node:net'
import { type Config, ConfigError } from './config.ts'

export const listenHost = (config: Config): string => config.HOST ?? (config.SIMULATOR ? '127.0.0.1' : '0.0.0.0')

/** The number that PORT or HEALTH_PORT comes to; a ConfigError with the name of the variable where it can't be listened on. */
export function freePort(config: Config, name: 'PORT' | 'HEALTH_PORT'): Promise<number> {
  const wanted = config[name] ?? 0
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const { code } = error
      if (code === 'EADDRINUSE')
        reject(new ConfigError(`Port ${wanted} is taken by another program; stop it or set ${name} to another number.`))
      else if (code === 'EACCES')
        reject(new ConfigError(`Port ${wanted} may not be opened by this user; set ${name} to a number above 1023.`))
      else
        reject(
          new ConfigError(
            `HOST ${config.HOST} can't be listened on (${code}); set HOST to an address of this machine, such as 0.0.0.0.`,
          ),
        )
    })
    probe.listen(wanted, listenHost(config), () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
