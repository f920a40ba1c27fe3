import { beginIngest } from '#app/store/ingest.ts'
import { withStore } from '#app/store/open-store.ts'
import { timeOption } from '#app/store/since.ts'
import { toJson } from '#report/json.ts'
import { ingestedText } from '#report/store/text-denials.ts'
import { UserError } from '../../errors.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { INGEST_OPTIONS } from '../ingest-options.ts'
import { startProgress } from '../progress.ts'
import { promptForPaste, tellFault } from '../tell.ts'
import { rateLine } from '../rate-line.ts'
import { warn } from '../warn.ts'

type Args = Arguments<typeof INGEST_OPTIONS>

export async function runIngest({ values, files }: Args, io: Io): Promise<number> {
  if (files.length === 0 && io.stdinIsTerminal)
    throw new UserError('usage/missing-operand', '`ingest` needs a path', 'give CloudTrail files or folders of them')
  promptForPaste(io, files)
  const paths = files.length === 0 ? ['-'] : files
  const progress = startProgress(io, 'ingest')
  const rate = rateLine(progress)
  const mask = new Set(values.mask as readonly ('parameters' | 'names')[])
  const keep = values.keep === undefined ? undefined : keptSince(values.keep, Date.now())
  const begun = beginIngest(paths, {
    stdin: io.stdin,
    successes: values.successes,
    aws: awsSettings(values),
    ...(keep === undefined ? {} : { keep }),
    ...(mask.size === 0 ? {} : { mask }),
    ...(values.snapshot === undefined ? {} : { snapshot: values.snapshot }),
    tell: ({ files: done, records }, total) => rate(done, total, records),
  })
  const answer = await withStore(values.store, { env: io.env, create: true }, (store) =>
    begun.into(store).finally(progress.end),
  ).finally(begun.stop)
  warnOfBad(answer.bad, io)
  if (answer.held !== undefined)
    warn(
      io,
      `${answer.held} objects are being read by another run, or one that died held them; run this again in two minutes`,
    )
  const isLost = answer.files > 0 && answer.bad.length === answer.files
  if (!isLost) io.out(values.format === 'json' ? toJson(answer) : ingestedText(answer))
  else tellFault(io, nothingRead(answer.files))
  return isLost ? EXIT.unreadable : EXIT.ok
}

const SHOWN = 5

function warnOfBad(bad: readonly { readonly path: string; readonly reason: string }[], io: Io): void {
  for (const { path, reason } of bad.slice(0, SHOWN))
    warn(io, `${path === '-' ? 'standard input' : `\`${path}\``} was not read: ${reason}`)
  if (bad.length > SHOWN) warn(io, `${bad.length - SHOWN} more files were not read; \`--format json\` names them`)
}

const nothingRead = (files: number): UserError =>
  new UserError(
    'input/unreadable',
    files === 1 ? 'the file holds nothing that could be read' : `none of the ${files} files could be read`,
    'give CloudTrail events: log files, folders of them, EventBridge events, or the text of an error',
  )

/** What is still to come would forget all that there is. */
function keptSince(text: string, now: number): string {
  const keep = timeOption('--keep', text, now)
  if (Date.parse(keep) <= now) return keep
  throw new UserError(
    'usage/not-a-value',
    `\`--keep\` cannot be \`${text}\`, which is still to come`,
    'give a time that is past, or how long denials are kept: `90d`',
  )
}
