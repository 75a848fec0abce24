import { discordStage } from '../doors/discord/stage.ts'
import { playCommunity } from './community.ts'
import { playContent } from './content.ts'
import { playLoop } from './loop.ts'

playLoop('Discord', () => discordStage())
playContent('Discord', () => discordStage())
playCommunity('Discord', () => discordStage())
