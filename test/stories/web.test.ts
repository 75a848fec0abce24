import { playCommunity } from './community.ts'
import { playContent } from './content.ts'
import { playLoop } from './loop.ts'
import { webStage } from './web-stage.ts'

playLoop('the simulator', webStage)
playContent('the simulator', webStage)
playCommunity('the simulator', webStage)
