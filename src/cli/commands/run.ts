import { AWS_OPTIONS } from '../aws-options.ts'
import { COMMON, command, EXIT } from '../command.ts'

export const RUN_OPTIONS = {
  snapshot: COMMON.snapshot,
  'expect-principal': COMMON['expect-principal'],
  'session-policy': COMMON['session-policy'],
  offline: { help: 'do not ask AWS who runs it (sts:GetCallerIdentity)' },
  report: { value: 'FILE', help: 'write the diagnoses there, as JSON' },
  ...AWS_OPTIONS,
  debug: COMMON.debug,
  help: COMMON.help,
} as const

export const runCommand = command({
  name: 'run',
  summary: 'Run a command as you, watch what it prints, and diagnose a denial at once',
  operands: '-- COMMAND…',
  options: RUN_OPTIONS,
  exits: 'that of COMMAND; 2 wrong usage, 127 COMMAND cannot be started',
  examples: [{ args: 'run --offline -- true', exit: EXIT.ok, does: 'a command that nobody refuses' }],
  run: async (args, io) => (await import('../runs/run.ts')).runRun(args, io),
})
