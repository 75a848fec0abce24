import { hasty, slackStage } from '../doors/slack/stage.ts'
import { playCommunity } from './community.ts'
import { playContent } from './content.ts'
import { playLoop } from './loop.ts'

playLoop('Slack', () => slackStage())
playContent('Slack', () => slackStage({}, {}, hasty))
playCommunity('Slack', () => slackStage({}, {}, hasty))
