import { hasty, slackStage } from '../doors/slack/stage.ts'
import { playContent } from './content.ts'
import { playLoop } from './loop.ts'

playLoop('Slack', () => slackStage())
playContent('Slack', () => slackStage({}, {}, hasty))
