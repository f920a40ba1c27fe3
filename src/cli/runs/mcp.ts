import { openQuestionAnswerer } from '#app/answer-question.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import { lookUpDenials, offeredPages, readGuide } from '#mcp/library-tools.ts'
import { snapshotTools } from '#mcp/snapshot-tools.ts'
import { policyTools } from '#mcp/tools.ts'
import { safeLine } from '#quote/terminal.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { budgetOf } from '../budget-option.ts'
import { expectedPrincipal } from '../expected-caller.ts'
import type { MCP_OPTIONS } from '../mcp-options.ts'
import { namedFolders } from '../named-folders.ts'
import { nearest } from '../nearest.ts'
import { packageVersion } from '../version.ts'

const INSTRUCTIONS =
  'Explains AWS authorization denials offline. Begin with diagnose_denial and the whole error text or CloudTrail record. A decision can be undetermined: then the facts that are missing are named, with the command that gets each; ask for them instead of guessing. Every tool only reads; fixes are texts for a person to apply.'

/** Serves until the client closes standard input. Nothing but the protocol goes to standard output. */
export async function runMcp({ values }: Arguments<typeof MCP_OPTIONS>, io: Io): Promise<number> {
  const snapshots = namedFolders(values.snapshot)
  const expectPrincipal = expectedPrincipal(values)
  const budget = budgetOf(values.budget)
  const answerer = await openQuestionAnswerer({
    snapshots,
    budget,
    ...(expectPrincipal === undefined ? {} : { expectPrincipal }),
  })
  for (const { name, problems } of answerer.snapshots)
    for (const problem of problems) io.err(`warning: ${safeLine(`${name}: ${problem}`)}\n`)
  const subject = () =>
    loadPolicySource({ snapshot: snapshots[0]?.folder, scenario: undefined, commandLineOptions: new Set() }, io.stdin)
  const { serveMcp } = await import('#mcp/entry.ts')
  await serveMcp({
    version: packageVersion(),
    instructions: INSTRUCTIONS,
    tools: [
      ...policyTools(answerer),
      ...snapshotTools(answerer, snapshots, expectPrincipal),
      lookUpDenials({ url: values.store, env: io.env, subject, budget }),
      readGuide(new Date().toISOString().slice(0, 10), nearest),
    ],
    pages: offeredPages(),
    logBug: (error) =>
      io.err(values.debug ? stackOf(error) : 'internal/bug: a call failed by our fault\nhint: start with `--debug`\n'),
    logFault: (error) => {
      if (values.debug) io.err(stackOf(error))
    },
  })
  return EXIT.ok
}

const stackOf = (error: unknown): string =>
  `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
