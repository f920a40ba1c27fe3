import { command, EXIT } from '../command.ts'
import { COMPLETION_OPTIONS } from '../completion-options.ts'

export const completionCommand = command({
  name: 'completion',
  summary: 'Print shell completion for commands, options and values',
  operands: 'bash|zsh|fish',
  maxOperands: 1,
  words: ['bash', 'zsh', 'fish'],
  options: COMPLETION_OPTIONS,
  exits: '0 printed, 2 no such shell',
  examples: [{ args: 'completion bash', exit: EXIT.ok, does: 'for ~/.bashrc: `source <(denytrace completion bash)`' }],
  run: async (args, io, all) => (await import('../runs/completion.ts')).runCompletion(args, io, all),
})
