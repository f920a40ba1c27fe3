import type { Command } from './command.ts'
import { collectCommand } from './commands/collect.ts'
import { compareCommand } from './commands/compare.ts'
import { completionCommand } from './commands/completion.ts'
import { denialsCommand } from './commands/denials.ts'
import { diagnoseCommand } from './commands/diagnose.ts'
import { doctorCommand } from './commands/doctor.ts'
import { driftCommand } from './commands/drift.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { exportCommand } from './commands/export.ts'
import { regressionsCommand } from './commands/regressions.ts'
import { replayCommand } from './commands/replay.ts'
import { schemaCommand } from './commands/schema.ts'
import { verifyCommand } from './commands/verify.ts'
import { fixCommand } from './commands/fix.ts'
import { guideCommand } from './commands/guide.ts'
import { importCommand } from './commands/import.ts'
import { ingestCommand } from './commands/ingest.ts'
import { mcpCommand } from './commands/mcp.ts'
import { parseCommand } from './commands/parse.ts'
import { runCommand } from './commands/run.ts'
import { watchCommand } from './commands/watch.ts'
import { spikesCommand } from './commands/spikes.ts'
import { snapshotCommand } from './commands/snapshot.ts'
import { serveCommand } from './commands/serve.ts'
import { whatCanCommand } from './commands/what-can.ts'
import { testCommand } from './commands/test.ts'
import { whoCanCommand } from './commands/who-can.ts'
import { whoamiCommand } from './commands/whoami.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  diagnoseCommand,
  fixCommand,
  verifyCommand,
  runCommand,
  parseCommand,
  evaluateCommand,
  compareCommand,
  testCommand,
  driftCommand,
  whoCanCommand,
  whatCanCommand,
  serveCommand,
  collectCommand,
  whoamiCommand,
  importCommand,
  snapshotCommand,
  ingestCommand,
  denialsCommand,
  spikesCommand,
  watchCommand,
  regressionsCommand,
  replayCommand,
  exportCommand,
  schemaCommand,
  guideCommand,
  mcpCommand,
  doctorCommand,
  completionCommand,
]
