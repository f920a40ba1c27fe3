import { guideCors } from '#app/guided/guided-cors.ts'
import { type GuidedDenial, guideDenial } from '#app/guided/guided-denial.ts'
import { guideGcp } from '#app/guided/guided-gcp.ts'
import { talkOver } from '#app/guided/talk.ts'
import { toJson } from '#report/json.ts'
import { safeLine } from '#quote/terminal.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { expectedPrincipal } from '../expected-caller.ts'
import type { GUIDE_OPTIONS } from '../guide-options.ts'

type Values = Arguments<typeof GUIDE_OPTIONS>['values']

/** A session that ends early says why: whoever pressed Ctrl-D, and a script, see the same. */
const NO_EVIDENCE =
  'input/no-denial: nothing that was given is a denial\nhint: begin again with the error message, its event, or the name of a file\n'
const NOTHING_TO_REPLAY =
  'input/not-found: there is nothing to replay\nhint: give the URL of the call and the origin of the page: both stand in the network panel of the browser\n'

/** The playbooks as guided sessions. Questions go to standard error, so that findings can be kept in a file. */
export async function runInteractive(topic: string | undefined, values: Values, io: Io): Promise<number> {
  const isJson = values.format === 'json'
  const talk = talkOver(io.stdin, { tell: isJson ? () => undefined : io.out, prompt: io.err })
  const { page } = io
  if (topic === 'cors-fix' || topic === 'cors') {
    const done = await guideCors(talk, page)
    await talk.end()
    finish(done, isJson, io)
    if (done.passes === null) io.err(NOTHING_TO_REPLAY)
    return done.passes === null ? EXIT.unreadable : done.passes ? EXIT.ok : EXIT.bad
  }
  if (topic === 'gcp-permission-denied') {
    const done = await guideGcp(talk, page)
    await talk.end()
    if (isJson) io.out(toJson(done))
    if (done.status === 'no-evidence') io.err(NO_EVIDENCE)
    return done.status === 'no-evidence' ? EXIT.unreadable : done.verified === false ? EXIT.bad : EXIT.ok
  }
  if (topic !== 'authorization-denial' && topic !== 'aws-access-denied')
    throw new UserError(
      'usage/conflicting-options',
      '`--interactive` is for the playbooks',
      'give the topic `authorization-denial`, `gcp-permission-denied` or `cors-fix`',
    )
  const known = { snapshot: values.snapshot, expectPrincipal: expectedPrincipal(values), page }
  const done = await guideDenial(talk, known)
  await talk.end()
  finish(done, isJson, io)
  if (done.status === 'no-evidence') io.err(NO_EVIDENCE)
  return exitOf(done)
}

function finish(done: { readonly commands: readonly string[] }, isJson: boolean, io: Io): void {
  if (isJson) io.out(toJson(done))
  else if (done.commands.length > 0)
    io.out(`\nThe same without questions\n${done.commands.map((command) => `  ${safeLine(command)}\n`).join('')}`)
}

function exitOf({ status, verified }: GuidedDenial): number {
  if (status === 'no-evidence' || status === 'not-a-denial') return EXIT.unreadable
  if (verified === false || status === 'contradicted') return EXIT.bad
  return status === 'undetermined' ? EXIT.undetermined : EXIT.ok
}
