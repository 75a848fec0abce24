import { discordStage } from '../doors/discord/stage.ts'
import { playLoop } from './loop.ts'

playLoop('Discord', () => discordStage())
