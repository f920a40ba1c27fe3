import type { Denial } from '../denial.ts'
import { accountOfResource } from '../region.ts'
import { type AwsCommand, awsCommands, commandOf } from './aws-command.ts'
import { type Surroundings, surroundingsOf } from './surroundings.ts'
import { withSurroundings } from './with-surroundings.ts'

/**
 * The denial of a command that was run, with what its words say where the denial and what was printed beside it are silent:
 * the resource and the Region of a command of the AWS CLI (the script of `sh -c` too), Region and profile of other tools, the
 * repository of an image.
 */
export function withCommandLine(denial: Denial, words: readonly string[]): Denial {
  if (denial.kind !== 'aws-access-denied') return denial
  const script = scriptOf(words)
  const found = { ...surroundingsOf(script ?? words.join(' ')), pods: [] }
  const around = withCommands(denial, found, commandsIn(words))
  const all = script?.split(/\s+/) ?? words
  const image = imageIn(all)
  const named = image === undefined ? around : withRepository(around, image)
  const region = optionOf(all, REGION_OPTIONS) ?? found.regions.at(-1)?.value ?? image?.region ?? null
  const profile = optionOf(all, PROFILE_OPTIONS)
  const details = { ...(profile === undefined ? {} : { profile }), ...around.details, ...denial.details }
  return {
    ...named,
    region: named.region ?? (isGlobal(denial) ? null : region),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  }
}

/** The denial of a command, with what the other of its two outputs says of the job: the roles and the profile it names. */
export function withOtherOutput(denial: Denial, text: string): Denial {
  if (denial.kind !== 'aws-access-denied') return denial
  const { details, ...rest } = withSurroundings(denial, Infinity, { ...surroundingsOf(text), commands: [], pods: [] })
  const all = { ...details, ...denial.details }
  return { ...rest, ...(Object.keys(all).length === 0 ? {} : { details: all }) }
}

/** Whether the words name an image of Amazon ECR. */
export const namesImage = (words: readonly string[]): boolean => imageIn(words) !== undefined

/** Of a script's commands the one that asks for what was refused; of several that do, none. */
function withCommands(denial: Denial, found: Surroundings, commands: readonly AwsCommand[]): Denial {
  // Behind all that the words say: nothing of them is nearer than anything else.
  const each = commands.map((command) => withSurroundings(denial, Infinity, { ...found, commands: [command] }))
  const asking = each.filter(({ resource, action }) => resource !== denial.resource || action !== denial.action)
  const [first] = asking
  if (first !== undefined && asking.every(({ resource }) => resource === first.resource)) return first
  return withSurroundings(denial, Infinity, { ...found, commands: commands.length === 1 ? commands : [] })
}

const SHELLS = /(?:^|\/)(?:ba|da|z|k)?sh$/

/** `sh -c SCRIPT`, `bash -ec SCRIPT` */
function scriptOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => SHELLS.test(word))
  const flag = at < 0 ? undefined : words[at + 1]
  return flag !== undefined && /^-[a-z]{0,6}c$/.test(flag) ? words[at + 2] : undefined
}

/** The words may begin with `env A=b`, `sudo`, `aws-vault exec P --`. */
function commandsIn(words: readonly string[]): readonly AwsCommand[] {
  const script = scriptOf(words)
  if (script !== undefined) return awsCommands(script)
  const at = words.findIndex((word) => /(?:^|[/\\])aws(?:\.exe|\.cmd)?$/.test(word))
  const command = at < 0 ? undefined : commandOf(words.slice(at))
  return command === undefined ? [] : [command]
}

/** Of the AWS CLI and SAM; of the Serverless Framework. */
const REGION_OPTIONS = ['--region', '-r']
const PROFILE_OPTIONS = ['--profile', '--aws-profile']
const REGION = /^[a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d{1,2}$/

function optionOf(words: readonly string[], names: readonly string[]): string | undefined {
  for (const [i, word] of words.entries())
    for (const name of names) {
      const value = word === name ? words[i + 1] : word.startsWith(`${name}=`) ? word.slice(name.length + 1) : undefined
      const isOne = value !== undefined && (names === REGION_OPTIONS ? REGION : /^[\w+=,.@-]{1,100}$/).test(value)
      if (isOne && !value.startsWith('-')) return value
    }
  return undefined
}

/** Services whose calls have no Region of the caller's choice. */
const GLOBAL =
  /^(?:iam|organizations|account|cloudfront|route53|route53domains|budgets|ce|globalaccelerator|shield|support):/
const isGlobal = ({ action }: Denial): boolean => action !== null && GLOBAL.test(action)

interface Image {
  readonly arn: string
  readonly region: string
}

/** `docker push 111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:1` */
const IMAGE =
  /^(?:docker:\/\/)?(?<account>\d{12})\.dkr(?:[.-]ecr)(?:-fips)?\.(?<region>[a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d{1,2})\.(?:amazonaws\.com(?<china>\.cn)?|on\.aws)\/(?<name>[a-z0-9][a-z0-9._/-]{0,255})(?:[:@][\w.:-]{1,200})?$/

function imageIn(words: readonly string[]): Image | undefined {
  for (const word of words) {
    const { account, region, china, name } = IMAGE.exec(word)?.groups ?? {}
    if (region === undefined) continue
    const partition = china !== undefined ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
    return { arn: `arn:${partition}:ecr:${region}:${account}:repository/${name}`, region }
  }
  return undefined
}

/** Actions of a registry, and none of its repositories. */
const OF_REGISTRY = /^ecr:(?:GetAuthorizationToken|\w*Registry\w*)$/

function withRepository(denial: Denial, { arn }: Image): Denial {
  const { action, resource, evidence } = denial
  if (action?.startsWith('ecr:') !== true || resource !== null || OF_REGISTRY.test(action)) return denial
  return {
    ...denial,
    resource: arn,
    resourceAccount: accountOfResource(arn),
    evidence: { ...evidence, resourceFrom: 'derived' },
  }
}
