import { TOPIC_NAMES } from '#guide/topics.ts'
import { command, EXIT } from '../command.ts'
import { GUIDE_OPTIONS } from '../guide-options.ts'

export const guideCommand = command({
  name: 'guide',
  summary: 'Read the reference library: what a denial means, how to find the layer, how to fix it, with sources',
  operands: '[TOPIC]',
  maxOperands: 1,
  words: TOPIC_NAMES,
  options: GUIDE_OPTIONS,
  exits:
    '0 shown, or the call succeeds; 1 the browser blocks it, or the call is still denied; 2 no such guide; 3, 4 as `diagnose`',
  examples: [
    { args: 'guide aws-access-denied', exit: EXIT.ok, does: 'a guide; without a topic: all of them' },
    { args: 'guide VpceAccessDenied', exit: EXIT.ok, does: 'the page of an error code, a layer, a message or a rule' },
  ],
  run: async (args, io) => (await import('../runs/guide.ts')).runGuide(args, io),
})
