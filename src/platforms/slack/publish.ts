/** The manifest for "Create an app from a manifest", or for "App Manifest" of an app that is there already. */
import type { AnyCommand } from '../../command.ts'
import { manifest } from './manifest.ts'

export type PublishOptions = {
  /** Slack calls us over HTTP: there is a signing secret and no app-level token. */
  http: boolean
  /** Several workspaces install the app: there are a client id and secret. */
  installs: boolean
  /** Without a slash at the end. */
  publicUrl: string | undefined
  prefix: string
}

/** JSON as Slack takes it. A manifest is not sent by us: Slack asks for a token of its own for that, which lives twelve hours. */
export function printManifest(commands: ReadonlyMap<string, AnyCommand>, options: PublishOptions): string {
  const { http, installs, publicUrl, prefix } = options
  const made = manifest([...commands.values()], {
    name: 'Troupe',
    shortNames: true,
    prefix,
    publicUrl: http ? publicUrl : undefined,
    installUrl: installs ? publicUrl : undefined,
  })
  return JSON.stringify(made, null, 2)
}
